import { itemMigration } from "../../shared/upkeep/operations/migration/item-migration.ts";
import { blobStore } from "../wiring/blob-store.ts";
import { imageStore } from "../wiring/image-store.ts";
import { recordWalk } from "../wiring/record-walk.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

export const handler = upkeepJob(
  itemMigration({ ...recordWalk("item-migration"), images: imageStore(), blobs: blobStore() }),
);
