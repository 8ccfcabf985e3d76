import type { Caller } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import type { ServiceRule } from "../../policy/defaults.ts";
import { enforceService } from "../../policy/service-policy.ts";

type CacheRule = Extract<ServiceRule, "list_cached_nodes" | `cache_${string}`>;

/** 404 where the cache is off, as Glance says it (glance/api/v2/cached_images.py). */
export class CacheOff extends NotFound {
  constructor() {
    super("Caching via API is not supported at this site.");
  }
}

/** Passes, or refuses: 403 first, then 404 where the cache is off, which Glance tells to those alone who might use it. */
export function enforceCache(rule: CacheRule, caller: Caller, isOn: boolean): void {
  enforceService(rule, caller);
  if (!isOn) throw new CacheOff();
}
