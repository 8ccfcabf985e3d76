import type { Settings } from "../../../shared/settings.ts";
import type { ModuleDescription } from "../description.ts";
import { audit, auditSchemas } from "./audit.ts";
import { discovery, discoverySchemas } from "./discovery.ts";
import { imageData } from "./image-data.ts";
import { imageSchemas } from "./image-schemas.ts";
import { images } from "./images.ts";
import { memberSchemas, members } from "./members.ts";
import { recovery } from "./recovery.ts";
import { transferSchemas } from "./transfer-schemas.ts";
import { transfers } from "./transfers.ts";

/** Images with their data, transfers, members and findings, and what the service offers. */
export const imagesModule = {
  operations: { ...discovery, ...images, ...imageData, ...transfers, ...members, ...recovery, ...audit },
  schemas: (settings: Settings) => ({
    ...discoverySchemas,
    ...imageSchemas(settings),
    ...memberSchemas,
    ...transferSchemas,
    ...auditSchemas,
  }),
} as const satisfies ModuleDescription;
