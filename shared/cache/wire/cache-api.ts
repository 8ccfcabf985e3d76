import { type ApiOperation, noContent, ok } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { withoutBody } from "../../http/json-body.ts";
import { cleanCache } from "../operations/clean-cache.ts";
import { clearCache } from "../operations/clear-cache.ts";
import { deleteEntry } from "../operations/delete-entry.ts";
import { listCache } from "../operations/list-cache.ts";
import { pruneCache } from "../operations/prune-cache.ts";
import { type CacheApiPorts, queueImage } from "../operations/queue-image.ts";
import { showNodes } from "../operations/show-nodes.ts";
import { cacheDocument } from "./cache-document.ts";
import type { cacheRoutes } from "./cache-routes.ts";
import { readClearTarget } from "./clear-target.ts";

/** The routes of the cache: HTTP on one side, the operations on the other. */
export const cacheApi = (ports: CacheApiPorts) =>
  ({
    listCache: withoutBody(async (request) => ok(cacheDocument(await listCache(ports)(callerOf(request))))),
    clearCache: withoutBody(async (request) => {
      const header = request.headers.get("x-image-cache-clear-target");
      await clearCache(ports)(callerOf(request), () => readClearTarget(header));
      return noContent;
    }),
    cleanCache: withoutBody(async (request) => {
      await cleanCache(ports)(callerOf(request));
      return { status: 200 };
    }),
    pruneCache: withoutBody(async (request) => {
      const { files, bytes } = await pruneCache(ports)(callerOf(request));
      return ok({ total_files_pruned: files, total_bytes_pruned: bytes });
    }),
    showCacheNodes: withoutBody(async (request) =>
      showNodes(ports)(callerOf(request), param(request, "image_id")),
    ),
    queueImageForCache: withoutBody(async (request) => {
      await queueImage(ports)(callerOf(request), param(request, "image_id"));
      return { status: 202 };
    }),
    deleteFromCache: withoutBody(async (request) => {
      await deleteEntry(ports)(callerOf(request), param(request, "image_id"));
      return noContent;
    }),
  }) satisfies Record<(typeof cacheRoutes)[number]["operation"], ApiOperation>;
