import { bytesToDelete, deletionOf } from "../../domain/deletion.ts";
import { type Image, isSameBytes, withoutData } from "../../domain/image.ts";
import { imageEvent, uploadFailed } from "../../domain/image-events.ts";
import { isLockedBy, leftWith, withoutLock, withStoreLists } from "../../domain/import-lock.ts";
import type { ImportWork } from "../../domain/import-work.ts";
import type { Location } from "../../domain/location.ts";
import { isDeleted, transition } from "../../domain/status.ts";
import { ended, type ImportTask, isImportTask } from "../../domain/task.ts";
import { type Change, deletionWrite } from "../../ports/change.ts";
import { isGoodCopyLeft } from "../stores/keep-good-copy.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { changeImport, type ImportChange, type ImportState } from "./change-import.ts";
import { ImportFailed } from "./import-errors.ts";
import type { ImportPorts } from "./import-ports.ts";
import { endTransfers } from "./import-transfers.ts";
import { storesLeft } from "./take-place.ts";

type Ports = Pick<ImportPorts, "images" | "tasks" | "copyRecords" | "clock" | "settings">;

const deletions = (image: Image, bytes: readonly Location[], now: Date) =>
  bytes.map((one) => deletionWrite(deletionOf({ image_id: image.id, ...bytesToDelete(one) }, now)));

/** The image without its lock, and what is left of staged bytes cut loose. */
function closing({ settings }: Ports, { image, task }: ImportState, now: Date): ImportChange {
  const left = storesLeft(task.import);
  const properties = withoutLock(withStoreLists(image, leftWith(image, left, true)));
  const after: Image = { ...image, properties, staged: null, transfer_id: null };
  return {
    image: after,
    task: ended(task, { status: "success", now, hoursToLive: settings.task_time_to_live }),
    writes: image.staged ? deletions(image, [image.staged], now) : [],
    events: [imageEvent("image.update", after)],
  };
}

/** Ends an import that has reached all stores that it could. Throws ImportFailed when that is none. Idempotent. */
export async function endImport(ports: Ports, taskId: string): Promise<void> {
  await changeImport(ports, { taskId }, (state, now) => {
    const { stores, placed, failed } = state.task.import;
    // Without stores left somebody else has brought it everywhere.
    if (placed.length === 0 && stores.length > 0)
      throw new ImportFailed(`The image could not be stored in any of its stores: ${failed.join(", ")}.`);
    return closing(ports, state, now);
  });
}

/** The properties without those that the import has set, which are again what they were. */
function withoutSet(properties: Image["properties"], restore: ImportWork["restore"]): Image["properties"] {
  const { set = [], properties: before = {} } = restore ?? {};
  const others = Object.entries(properties).filter(([name]) => !set.includes(name));
  return { ...Object.fromEntries(others), ...before };
}

const isBroughtBy =
  ({ placed }: ImportWork) =>
  (one: Location): boolean =>
    placed.some((place) => isSameBytes(place, one));

/**
 * What an image in use loses of the places that the import has brought: all, but not its last good one. Those that it
 * had may have been taken away since, or found damaged.
 */
function takenBack({ locations }: Image, work: ImportWork): readonly Location[] {
  const isBrought = isBroughtBy(work);
  const brought = locations.filter(isBrought);
  const others = locations.filter((one) => !isBrought(one));
  if (brought.every((one) => isGoodCopyLeft(one, others))) return brought;
  const good = brought.find(({ damaged }) => damaged === undefined);
  const kept = good ?? (others.length === 0 ? brought[0] : undefined);
  return brought.filter((one) => one !== kept);
}

/**
 * The image as it was before the import: queued without data, or in use with the places that it had; and what it has no
 * more.
 */
function reverted(image: Image, { import: work }: ImportTask): { after: Image; loose: readonly Location[] } {
  const stores = [...storesLeft(work), ...work.placed.map(({ store }) => store)];
  const lists = leftWith(image, stores, false);
  // A store that got it is none that failed, though it is taken away there; without a place the first was being tried.
  const failed = work.failed.length > 0 || work.step === "place" ? work.failed : work.stores;
  const given = { ...image, properties: withoutSet(image.properties, work.restore) };
  const properties = withoutLock(withStoreLists(given, { ...lists, failed: [...lists.failed, ...failed] }));
  const staged = image.staged ? [image.staged] : [];
  if (image.status === "importing") {
    const { disk_format, container_format } = { ...image, ...work.restore };
    const status = transition(image.status, "queued");
    const after: Image = { ...image, ...withoutData, disk_format, container_format, status, properties };
    return { after, loose: [...image.locations.filter(isBroughtBy(work)), ...staged] };
  }
  const taken = takenBack(image, work);
  const locations = image.locations.filter((one) => !taken.includes(one));
  const after: Image = { ...image, locations, staged: null, transfer_id: null, properties };
  return { after, loose: [...taken, ...staged] };
}

/**
 * Ends an import that comes to nothing: what it has under way and what it has stored is deleted, the image is queued, or
 * stays in use as it was, and the task says why. Of one that need not succeed in all stores, and has in some, the others
 * are given up instead. Idempotent.
 */
export async function failImport(ports: Ports, taskId: string, message: string): Promise<void> {
  const { images, tasks, clock, settings } = ports;
  const { task: found } = await tasks.findWithTask(taskId);
  if (!isImportTask(found)) return;
  await endTransfers(ports, found, { message });
  const fail = { status: "failure", message, hoursToLive: settings.task_time_to_live } as const;
  await updateWithRetry(
    images,
    async () => {
      const { image, task } = await tasks.findWithTask(taskId);
      if (!image) throw new Error(`the image of task ${taskId} is gone`);
      return { image, task };
    },
    ({ image, task }): Change | undefined => {
      if (!isImportTask(task)) return undefined;
      const now = clock();
      const failed = ended(task, { ...fail, now });
      const write = (after: typeof failed) => ({ kind: "task", before: task, after }) as const;
      if (image.status === "deleted" || !isLockedBy(image, task))
        return { image: { before: image, after: image }, writes: [write(failed)] };
      // With all its places it waits for the scrubber, or to be restored: then nothing is left of the import.
      if (isDeleted(image.status)) {
        const { image: after = image, writes = [] } = closing(ports, { image, task }, now);
        return { image: { before: image, after }, writes: [write(failed), ...writes] };
      }
      const updated_at = now.toISOString();
      const { placed, all_stores_must_succeed } = task.import;
      // All has been done but to say so: the image is in use by these places.
      const isWhole = task.import.failed.length === 0 && storesLeft(task.import).length === 0;
      if (placed.length > 0 && (isWhole || !all_stores_must_succeed)) {
        const change = closing(ports, { image, task }, now);
        const after: Image = { ...(change.image ?? image), updated_at };
        const done = change.task ?? failed;
        return {
          image: { before: image, after },
          writes: [write(isWhole ? done : { ...done, message }), ...(change.writes ?? [])],
          events: [imageEvent("image.update", after)],
        };
      }
      const { after: back, loose } = reverted(image, task);
      const after: Image = { ...back, updated_at };
      return {
        image: { before: image, after },
        writes: [write(failed), ...deletions(image, loose, now)],
        events: [uploadFailed(image.id, message), imageEvent("image.update", after)],
      };
    },
  );
  // What another run has begun since the look at what is under way.
  await endTransfers(ports, found, { message });
}
