import type { Caller } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import { isContextAdmin, passes } from "../../policy/ask.ts";
import type { MetadefRule } from "../../policy/defaults.ts";
import { metadefRules } from "../../policy/deployed-policy.ts";
import type { Target } from "../../policy/language/evaluate.ts";
import { PolicyDenied } from "../../policy/policy-denied.ts";

interface NamespaceAccess {
  readonly owner: string;
  readonly visibility: "public" | "private";
}

const targetOf =
  (caller: Caller, namespace: NamespaceAccess | undefined): Target =>
  (name) => {
    if (name === "project_id") return namespace ? namespace.owner : caller.projectId;
    return name === "visibility" ? namespace?.visibility : undefined;
  };

/** Whether a rule lets the caller. Without a namespace rules look at the caller's own project. */
export const isMetadefAllowed = (rule: MetadefRule, caller: Caller, namespace?: NamespaceAccess): boolean =>
  passes(metadefRules()[rule], caller, targetOf(caller, namespace));

/** Passes, or refuses: 403 to those who may see the namespace, 404 to everybody else. */
export function enforceMetadef(rule: MetadefRule, caller: Caller, namespace?: NamespaceAccess): void {
  if (isMetadefAllowed(rule, caller, namespace)) return;
  if (rule === "get_metadef_namespace" || !isMetadefAllowed("get_metadef_namespace", caller, namespace)) {
    throw new NotFound("The resource could not be found.");
  }
  throw new PolicyDenied(rule);
}

/**
 * Whether the catalogue shows the namespace to the caller at all, whatever the rules say: the private ones of others are
 * seen by admins alone.
 */
export const canSeeNamespace = (caller: Caller, { owner, visibility }: NamespaceAccess): boolean =>
  visibility === "public" || (owner !== "" && owner === caller.projectId) || isContextAdmin(caller);
