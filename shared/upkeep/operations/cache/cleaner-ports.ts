import type { StalePorts } from "../../../cache/operations/clean-cache.ts";
import type { CacheRecords } from "../../../cache/ports/cache-records.ts";
import type { CopyStore } from "../../../cache/ports/copy-store.ts";
import type { Clock } from "../../../clock.ts";
import type { Settings } from "../../../settings.ts";
import type { BlobInventory, UploadInventory } from "../../ports/blob-inventory.ts";
import type { Checkpoints } from "../../ports/checkpoints.ts";

export interface CleanerPorts extends StalePorts {
  readonly records: CacheRecords;
  readonly copies: Pick<CopyStore, "abortUpload" | "delete">;
  /** Of the folder of the copies, and of nothing else. */
  readonly copyInventory: Pick<BlobInventory & UploadInventory, "listBlobs" | "listUploads">;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly settings: Settings;
}
