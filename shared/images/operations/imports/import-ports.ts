import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Clock } from "../../../clock.ts";
import type { Explain } from "../../../log.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import type { ImportTask } from "../../domain/task.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { CopyRecords } from "../../ports/copy-records.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { ImportPlugin } from "../../ports/import-plugin.ts";
import type { Limits } from "../../ports/limits.ts";
import type { Stores } from "../../ports/stores.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import type { UsageStore } from "../../ports/usage-store.ts";

/** What imports are carried out on. */
export interface ImportPorts {
  readonly images: ImageStore & TransferStore;
  readonly tasks: TaskStore;
  readonly copyRecords: CopyRecords;
  readonly stores: Stores<BlobStore & CopyTarget>;
  readonly configured: ConfiguredStores;
  readonly limits: Limits;
  readonly usage: Pick<UsageStore, "read">;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly newId: () => string;
  /** Those of `image_import_plugins` that are offered, by name. */
  readonly plugins: ReadonlyMap<string, ImportPlugin>;
  /** Bytes of a part, for tests; as many as suit the size otherwise. */
  readonly partBytes?: number;
}

/** What a step has in hand. */
export interface ImportRun {
  /** As they were read when the step began. */
  readonly image: Image;
  readonly task: ImportTask;
  /**
   * Whether there is time left, and nobody else has taken the task in hand; asked before each piece of work but the
   * first. Keeps it in hand; the message says how far it has come, to whoever asks for the task.
   */
  readonly mayGoOn: (message?: string) => Promise<boolean>;
  /** Whether no other run can have taken the task in hand: without it, nothing is said of the import. */
  readonly isOurs: () => boolean;
  readonly explain: Explain;
}

/**
 *     done       it has written what comes of it, with another step in the task, or the task's end
 *     continues  no time is left: the task's message is sent again, and the next run goes on
 *     fetches    bytes of another host are wanted: their worker is sent for when the task is free
 *     converts   a converter is wanted, and sent for in the same way
 *     waits      others are at work, who send the task's message when they are done; the job `imports` sends it, too
 */
export type StepOutcome = "done" | "continues" | "waits" | "fetches" | "converts";

/**
 * One step of an import. Every run of it may have been killed anywhere: it goes on from what is stored. Throws
 * ImportFailed for what nobody will make good, ImportLost when the image is not the task's any more (`changeImport` does),
 * and anything else for what may pass.
 */
export type Step = (ports: ImportPorts) => (run: ImportRun) => Promise<StepOutcome>;
