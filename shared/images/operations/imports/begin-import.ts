import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Caller } from "../../../caller.ts";
import { Conflict } from "../../../errors.ts";
import { expectedChecksum } from "../../domain/expected-checksum.ts";
import type { Image } from "../../domain/image.ts";
import { imageEvent, storeEvent } from "../../domain/image-events.ts";
import {
  importingTo,
  isStale,
  leftWith,
  lockOf,
  mayBePreempted,
  withLock,
  withStoreLists,
} from "../../domain/import-lock.ts";
import type { ExpectedChecksum, ImportStep } from "../../domain/import-work.ts";
import { overLimit, type ProjectLimits, withLimits } from "../../domain/limits.ts";
import { transition } from "../../domain/status.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { ended, type ImportTask, type Task } from "../../domain/task.ts";
import type { TransferSignature } from "../../domain/transfer.ts";
import { noUsage } from "../../domain/usage.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { Change } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { Limits } from "../../ports/limits.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import type { UsageStore } from "../../ports/usage-store.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { type SignaturePorts, signerOf } from "../signatures/signer-of.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { visibleImage } from "../visible-image.ts";
import { changeImport } from "./change-import.ts";
import { fetchMessage } from "./fetch-message.ts";
import type { ImportRequest } from "./import-request.ts";
import { refuseImport } from "./refuse-import.ts";
import { targetStores } from "./target-stores.ts";

export interface BeginImportPorts extends SignaturePorts {
  readonly images: ImageStore & MemberStore & TransferStore;
  readonly tasks: TaskStore;
  readonly configured: ConfiguredStores;
  readonly limits: Limits;
  readonly usage: UsageStore;
  readonly queue: Pick<WorkQueue, "import" | "fetch">;
  readonly newId: () => string;
  /** Refuses what is not fetched: throws BadRequest. */
  readonly judgeUri: (uri: string | undefined) => void;
}

/** A project that is over its quota of bytes begins no import, whatever it is of. */
async function requireRoom({ limits, usage }: BeginImportPorts, project: string): Promise<void> {
  if (project === "") return;
  const { limits: kept } = withLimits(project, await limits.of(project), { image_size_total: 0 });
  if (!kept) return;
  const over = overLimit(kept, await usage.read(project), noUsage);
  if (over) throw over;
}

interface Ready {
  readonly image: Image;
  readonly stores: readonly string[];
  /** Whose lock is taken over. */
  readonly preempted: Task | undefined;
  readonly signature: TransferSignature | undefined;
  readonly expected: ExpectedChecksum | undefined;
  readonly projectLimits: ProjectLimits;
}

/** The image as it may be imported, or a refusal in Glance's order. */
async function readyImport(
  ports: BeginImportPorts,
  caller: Caller,
  imageId: string,
  request: ImportRequest,
): Promise<Ready> {
  const { images, tasks, configured, clock } = ports;
  const { method } = request;
  const image = await visibleImage(images, caller, imageId);
  refuseImport(image, method);
  enforce(method.name === "copy-image" ? "copy_image" : "modify_image", caller, image);
  const lock = lockOf(image);
  const preempted = lock === undefined ? undefined : await tasks.findTask(lock);
  if (lock !== undefined && !isStale(preempted, clock())) throw new Conflict("Image has active task");
  const stores = targetStores(configured, image, request);
  if (method.name === "web-download") ports.judgeUri(method.uri);
  const expected = method.name === "copy-image" ? undefined : expectedChecksum(image, request.checksum);
  const signature = method.name === "copy-image" ? undefined : await signerOf(ports)(image);
  const projectLimits = await limitsOf(ports.limits, image);
  return { image, stores, preempted, signature, expected, projectLimits };
}

/** Staged bytes are there already, and are compared first where a hash of them is expected. */
function stepOf({ name }: ImportRequest["method"], expected: ExpectedChecksum | undefined): ImportStep {
  if (name === "copy-image") return "place";
  return name === "glance-direct" && !expected ? "plugins" : "fetch";
}

function newTask(
  { newId, clock }: BeginImportPorts,
  caller: Caller,
  request: ImportRequest,
  { image, stores, preempted, signature, expected }: Ready,
): ImportTask {
  const now = clock().toISOString();
  const { method, body, requestId, all_stores_must_succeed, taskType = "api_image_import" } = request;
  return {
    ...{ id: newId(), revision: 0, type: taskType, status: taskType === "import" ? "pending" : "processing" },
    ...{ owner: caller.projectId, user_id: caller.userId, request_id: requestId, image_id: image.id },
    input: { image_id: image.id, import_req: body, backend: stores },
    ...{ result: null, message: "", created_at: now, updated_at: now, expires_at: null },
    import: {
      ...{ method, stores, all_stores_must_succeed, step: stepOf(method, expected) },
      ...{ placed: [], failed: [], plugins_done: [], roles: caller.roles, attempts: 0 },
      ...(preempted && { preempts: [...(preempted.import?.preempts ?? []), preempted.id] }),
      ...(signature && { signature }),
      ...(expected && { expected }),
    },
  };
}

/** The stores of a task whose lock is taken over are in neither list any more. */
function withoutStoresOf(image: Image, task: Task | undefined): Image {
  if (!task) return image;
  const { importing, failed } = leftWith(image, task.input.backend, false);
  const isOthers = (store: string) => !task.input.backend.includes(store);
  return { ...image, properties: withStoreLists(image, { importing, failed: failed.filter(isOthers) }) };
}

/** The one change that begins an import: the image is locked, and on its way, and there is a task. */
function beginning(ports: BeginImportPorts, task: ImportTask, ready: Ready): Change {
  const { image, stores, preempted, projectLimits } = ready;
  const now = ports.clock();
  const isCopy = task.import.method.name === "copy-image";
  const cleared = withoutStoresOf(image, preempted);
  const after: Image = {
    ...image,
    status: isCopy ? image.status : transition(image.status, "importing"),
    properties: withLock(withStoreLists(cleared, importingTo(cleared, stores)), task.id),
    updated_at: now.toISOString(),
  };
  const size = image.staged?.size ?? null;
  const end = {
    ...({ status: "failure", message: "Expired lock preempted", now } as const),
    hoursToLive: ports.settings.task_time_to_live,
  };
  return {
    image: { before: image, after },
    writes: [
      { kind: "task", before: undefined, after: task },
      ...(mayBePreempted(preempted)
        ? [{ kind: "task", before: preempted, after: ended(preempted, end) } as const]
        : []),
    ],
    events: [
      imageEvent("image.update", after),
      ...stores.map((store) => storeEvent("image.prepare", after, store)),
    ],
    ...(!isCopy &&
      withLimits(image.owner, projectLimits, {
        ...{ image_size_total: size ?? 0, user_storage_quota: size ?? 0 },
        ...{ image_count_uploading: 0, image_stage_total: 0 },
      })),
  };
}

/** Hands the login on; where that fails the import has failed, as nobody else has it: the job `imports` ends it then. */
async function sendLogin(ports: BeginImportPorts, task: Task, token: string): Promise<void> {
  const taskId = task.id;
  try {
    await ports.queue.fetch(fetchMessage(task, token), 0);
  } catch (error) {
    const failure = "The login of this import could not be handed on: import the image again.";
    await changeImport(ports, { taskId }, () => ({ work: { fetch: { round: 0, failure } } }));
    await ports.queue.import({ taskId }, 0).catch(() => undefined);
    throw error;
  }
}

/**
 * Begins an import of an image's data (docs/imports.md): it is locked when this returns, and a worker goes on. Refusals
 * come in Glance's order: TooLarge, ImageNotFound, Conflict by status and formats, the policies, Conflict for another
 * import that is alive, BadRequest and Conflict for the stores, BadRequest for a URL. A lock that nobody keeps alive is
 * taken over. Returns the task's id; undefined where nothing is to be done.
 */
export const beginImport =
  (ports: BeginImportPorts) =>
  async (caller: Caller, imageId: string, request: ImportRequest): Promise<string | undefined> => {
    const { images, queue } = ports;
    await requireRoom(ports, caller.projectId);
    let begun: Task | undefined;
    await updateWithRetry(
      images,
      () => readyImport(ports, caller, imageId, request),
      (ready) => {
        begun = undefined;
        if (ready.stores.length === 0) return undefined;
        const task = newTask(ports, caller, request, ready);
        begun = task;
        return beginning(ports, task, ready);
      },
    );
    // The login is in the message alone, and in no record.
    const { token } = request;
    if (begun === undefined) return undefined;
    const { id: taskId } = begun;
    if (token !== undefined) await sendLogin(ports, begun, token);
    // Lost, it is sent by the job `imports`.
    else await queue.import({ taskId }, 0).catch(() => undefined);
    return taskId;
  };
