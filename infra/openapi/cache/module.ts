import type { ModuleDescription } from "../description.ts";
import { cache, cacheSchemas } from "./cache.ts";

/** The cache of images' data. */
export const cacheModule = {
  operations: cache,
  parameters: {},
  schemas: () => cacheSchemas,
} as const satisfies ModuleDescription;
