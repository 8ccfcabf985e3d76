import type { Image } from "../../domain/image.ts";
import { isLockedBy } from "../../domain/import-lock.ts";
import type { ImportWork } from "../../domain/import-work.ts";
import { isDeleted } from "../../domain/status.ts";
import { type ImportTask, isImportTask, type Task } from "../../domain/task.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { Change, Write } from "../../ports/change.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { ImportLost, ImportOver } from "./import-errors.ts";
import type { ImportPorts } from "./import-ports.ts";

export interface ImportRef {
  readonly taskId: string;
  /** To be read with the image, for whoever changes it as well. */
  readonly transferId?: string;
}

export interface ImportState {
  readonly image: Image;
  readonly task: ImportTask;
  readonly transfer?: Transfer | undefined;
}

/** What one write changes; `updated_at` and the revisions are seen to. */
export interface ImportChange extends Pick<Change, "events" | "limits"> {
  readonly image?: Image;
  /** Members of the task's work; one that is named as undefined is dropped. */
  readonly work?: { readonly [Name in keyof ImportWork]?: ImportWork[Name] | undefined };
  /** The task's end, instead of `work`. */
  readonly task?: Task;
  readonly transfer?: Transfer;
  readonly writes?: readonly Write[];
}

type Ports = Pick<ImportPorts, "images" | "tasks" | "clock">;

/** An import as it is now. Throws ImportOver and ImportLost. */
export async function readImport(
  { images, tasks }: Ports,
  { taskId, transferId }: ImportRef,
): Promise<ImportState> {
  const { image, task } = await tasks.findWithTask(taskId);
  if (!isImportTask(task)) throw new ImportOver(`task ${taskId} is over`);
  if (!image || isDeleted(image.status)) throw new ImportLost("The image was deleted during its import.");
  if (!isLockedBy(image, task)) throw new ImportLost("Another import has taken the image over.");
  if (transferId === undefined) return { image, task };
  const { transfer } = await images.findWithTransfer(image.id, transferId);
  return { image, task, transfer };
}

const defined = <Members extends object>(members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Members;

/**
 * Every change of an image by an import: it is made only while the image's lock names the task, which is read and
 * checked with it. `decide` may return undefined when there is nothing to do, and throw. Returns the import as it is
 * afterwards. Throws ImportOver and ImportLost.
 */
export async function changeImport(
  ports: Ports,
  ref: ImportRef,
  decide: (state: ImportState, now: Date) => ImportChange | undefined,
): Promise<ImportState> {
  const { images, clock } = ports;
  let work: ImportWork | undefined;
  const state = await updateWithRetry(
    images,
    () => readImport(ports, ref),
    (found): Change | undefined => {
      const now = clock();
      const change = decide(found, now);
      work = found.task.import;
      if (!change) return undefined;
      const { image = found.image, transfer, writes = [], events, limits } = change;
      const updated_at = now.toISOString();
      work = defined({ ...found.task.import, ...change.work }) as ImportWork;
      // A task is pending until somebody goes on with it.
      const task: Task = change.task ?? { ...found.task, status: "processing", import: work, updated_at };
      return {
        image: {
          before: found.image,
          after: image === found.image ? image : { ...image, updated_at },
        },
        writes: [
          { kind: "task", before: found.task, after: task },
          ...(transfer ? [{ kind: "transfer", before: found.transfer, after: transfer } as const] : []),
          ...writes,
        ],
        ...(events && { events }),
        ...(limits && { limits }),
      };
    },
  );
  return { ...state, task: { ...state.task, import: work ?? state.task.import } };
}
