import { cacheRoutes } from "./cache/wire/cache-routes.ts";
import { identityRoutes } from "./identity/wire/identity-routes.ts";
import { discoveryRoutes } from "./images/wire/discovery-routes.ts";
import { imageRoutes } from "./images/wire/image-routes.ts";
import { importRoutes } from "./images/wire/import-routes.ts";
import { metadefRoutes } from "./metadefs/wire/metadef-routes.ts";

export type { Access, Route } from "./http/route.ts";

const imageApi = () =>
  [...discoveryRoutes, ...imageRoutes, ...importRoutes, ...metadefRoutes, ...cacheRoutes] as const;

/** The Image API's routes: each module lists its own. Marked as pure, so that a bundle holds only what it serves. */
export const imageApiRoutes = /* @__PURE__ */ imageApi();

const all = () => [...imageApiRoutes, ...identityRoutes] as const;

/** The one route table: OpenAPI, API Gateway, 405 with Allow and the docs are made from it. */
export const routes = /* @__PURE__ */ all();

export type OperationName = (typeof routes)[number]["operation"];
/** The functions that answer requests. */
export type ApiFunction = (typeof routes)[number]["function"];
