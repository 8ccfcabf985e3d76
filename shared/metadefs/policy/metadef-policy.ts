import type { Caller } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import { passes } from "../../policy/ask.ts";
import type { MetadefRule } from "../../policy/defaults.ts";
import { metadefRules } from "../../policy/deployed-policy.ts";
import type { Target } from "../../policy/language/evaluate.ts";
import { PolicyDenied } from "../../policy/policy-denied.ts";

interface NamespaceAccess {
  readonly owner: string | null;
  readonly visibility: "public" | "private";
}

/**
 * Passes, or refuses: 403 to those who may see the namespace, 404 to everybody else. Without a namespace rules look
 * at the caller's own project.
 */
export function enforceMetadef(rule: MetadefRule, caller: Caller, namespace?: NamespaceAccess): void {
  const target: Target = (name) => {
    if (name === "project_id") return namespace ? namespace.owner : caller.projectId;
    return name === "visibility" ? namespace?.visibility : undefined;
  };
  const isMet = (asked: MetadefRule) => passes(metadefRules()[asked], caller, target);
  if (isMet(rule)) return;
  if (rule === "get_metadef_namespace" || !isMet("get_metadef_namespace")) {
    throw new NotFound("The resource could not be found.");
  }
  throw new PolicyDenied(rule);
}
