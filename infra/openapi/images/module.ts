import type { Settings } from "../../../shared/settings.ts";
import { idParameter, type ModuleDescription } from "../description.ts";
import { audit, auditSchemas } from "./audit.ts";
import { discovery, discoverySchemas } from "./discovery.ts";
import { imageData } from "./image-data.ts";
import { imageSchemas } from "./image-schemas.ts";
import { images } from "./images.ts";
import { importSchemas, imports } from "./imports.ts";
import { locationSchemas, locations } from "./locations.ts";
import { memberSchemas, members } from "./members.ts";
import { provenance, provenanceSchemas } from "./provenance.ts";
import { recovery } from "./recovery.ts";
import { storeLists, storeSchemas } from "./stores.ts";
import { transferSchemas } from "./transfer-schemas.ts";
import { transfers } from "./transfers.ts";

/** Images with their data, transfers, members and findings, and what the service offers. */
export const imagesModule = {
  operations: {
    ...discovery,
    ...storeLists,
    ...images,
    ...locations,
    ...imports,
    ...imageData,
    ...transfers,
    ...members,
    ...recovery,
    ...audit,
    ...provenance,
  },
  parameters: {
    schema: idParameter("Name of a schema"),
    image_id: idParameter("An image's id: a UUID"),
    store_id: idParameter("A store's id, of those that `/v2/info/stores` lists"),
    member_id: idParameter("Id of the project that the image is shared with"),
    tag_value: idParameter("A tag, percent-encoded; without a slash"),
    transfer_id: idParameter("Id of one upload attempt"),
    task_id: idParameter("A task's id, as the list of tasks has it"),
    finding_id: idParameter("A finding's id, as the list of findings has it"),
  },
  schemas: (settings: Settings) => ({
    ...discoverySchemas,
    ...imageSchemas(settings),
    ...memberSchemas,
    ...transferSchemas,
    ...storeSchemas,
    ...locationSchemas,
    ...importSchemas,
    ...auditSchemas,
    ...provenanceSchemas,
  }),
} as const satisfies ModuleDescription;
