import type { Route } from "../../http/route.ts";

/** The metadata definitions. */
export const metadefRoutes = [
  {
    operation: "showMetadefSchema",
    method: "GET",
    path: "/{version}/schemas/metadefs/{schema}",
    function: "discovery",
    access: "token",
    summary: "Show a JSON schema of the metadata definitions",
  },
] as const satisfies readonly Route[];
