import { indexRebuild } from "../../shared/upkeep/operations/records/index-rebuild.ts";
import { imageStore } from "../wiring/image-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { recordWalk } from "../wiring/upkeep-ports.ts";

export const handler = upkeepJob(indexRebuild({ ...recordWalk("index-rebuild"), images: imageStore() }));
