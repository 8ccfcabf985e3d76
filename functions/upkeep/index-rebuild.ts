import { indexRebuild } from "../../shared/upkeep/operations/records/index-rebuild.ts";
import { imageStore } from "../wiring/image-store.ts";
import { recordWalk } from "../wiring/record-walk.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

export const handler = upkeepJob(indexRebuild({ ...recordWalk("index-rebuild"), images: imageStore() }));
