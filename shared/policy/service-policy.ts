import type { Caller } from "../caller.ts";
import { noTarget, passes } from "./ask.ts";
import type { ServiceRule } from "./defaults.ts";
import { serviceRules } from "./deployed-policy.ts";
import { PolicyDenied } from "./policy-denied.ts";

/** Rules about tasks, the cache and the stores: a refusal is always 403. */
export function enforceService(rule: ServiceRule, caller: Caller): void {
  if (!passes(serviceRules()[rule], caller, noTarget)) throw new PolicyDenied(rule);
}
