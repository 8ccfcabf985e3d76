import { itemMigration } from "../../shared/upkeep/operations/migration/item-migration.ts";
import { imageStore } from "../wiring/image-ports.ts";
import { stores } from "../wiring/stores.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { recordWalk } from "../wiring/upkeep-ports.ts";

export const handler = upkeepJob(
  itemMigration({ ...recordWalk("item-migration"), images: imageStore(), stores: stores() }),
);
