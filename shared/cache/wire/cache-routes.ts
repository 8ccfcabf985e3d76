import type { Route } from "../../http/route.ts";

/** The cache, for admins. */
export const cacheRoutes = [
  {
    operation: "listCache",
    method: "GET",
    path: "/{version}/cache",
    function: "cache",
    access: "token",
    summary: "List cached and queued images",
  },
  {
    operation: "clearCache",
    method: "DELETE",
    path: "/{version}/cache",
    function: "cache",
    access: "token",
    summary: "Empty the cache, its queue, or both",
  },
  {
    operation: "cleanCache",
    method: "POST",
    path: "/{version}/cache/clean",
    function: "cache",
    access: "token",
    summary: "Take out of the cache what is of no use",
  },
  {
    operation: "pruneCache",
    method: "POST",
    path: "/{version}/cache/prune",
    function: "cache",
    access: "token",
    summary: "Make the cache as small as it is to be",
  },
  {
    operation: "showCacheNodes",
    method: "GET",
    path: "/{version}/cache/nodes/{image_id}",
    function: "cache",
    access: "token",
    summary: "List the nodes that have an image in their cache: always 409",
  },
  {
    operation: "deleteFromCache",
    method: "DELETE",
    path: "/{version}/cache/{image_id}",
    function: "cache",
    access: "token",
    summary: "Take an image out of cache and queue",
  },
  {
    operation: "queueImageForCache",
    method: "PUT",
    path: "/{version}/cache/{image_id}",
    function: "cache",
    access: "token",
    summary: "Queue an image for the cache",
  },
] as const satisfies readonly Route[];
