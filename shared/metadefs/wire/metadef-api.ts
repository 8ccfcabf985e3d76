import type { ApiOperation } from "../../http/api-request.ts";
import { associationApi } from "./association-api.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";
import type { metadefRoutes } from "./metadef-routes.ts";
import { namespaceApi } from "./namespace-api.ts";
import { objectApi } from "./object-api.ts";
import { propertyApi } from "./property-api.ts";
import { tagApi } from "./tag-api.ts";

type MetadefOperation = Extract<(typeof metadefRoutes)[number], { function: "metadefs" }>["operation"];

/** The routes of the metadata definitions: HTTP on one side, the operations on the other. */
export const metadefApi = (wiring: MetadefApiWiring) =>
  ({
    ...namespaceApi(wiring),
    ...objectApi(wiring),
    ...propertyApi(wiring),
    ...tagApi(wiring),
    ...associationApi(wiring),
  }) satisfies Record<MetadefOperation, ApiOperation>;
