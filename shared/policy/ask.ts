import type { Caller } from "../caller.ts";
import { credentialsOf } from "./credentials.ts";
import { adminCheck } from "./deployed-policy.ts";
import type { Check } from "./language/check.ts";
import { evaluate, type Target } from "./language/evaluate.ts";

/** What rules look at that are about nothing in particular. */
export const noTarget: Target = () => undefined;

/** All rules that operations ask have the scope type `project`: other tokens pass none of them, whatever they say. */
export const hasProjectScope = ({ scope }: Caller): boolean => scope === undefined || scope === "project";

export const passes = (check: Check, caller: Caller, target: Target): boolean =>
  hasProjectScope(caller) && evaluate(check, credentialsOf(caller), target);

/** Glance's `is_admin`: the rule `context_is_admin`, which has no scope type and no target. */
export const isContextAdmin = (caller: Caller): boolean =>
  evaluate(adminCheck(), credentialsOf(caller), noTarget);
