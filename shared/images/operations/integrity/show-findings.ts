import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { Forbidden, NotFound } from "../../../errors.ts";
import { hasProjectScope, isContextAdmin } from "../../../policy/ask.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Findings, FindingsPage } from "../../ports/findings.ts";

/** Findings name images of all projects: they are for whom the policy takes for an admin. */
function requireAdmin(caller: Caller): void {
  if (!hasProjectScope(caller) || !isContextAdmin(caller))
    throw new Forbidden("Only an admin may see what audits have found.");
}

export const listFindings =
  ({ findings }: { findings: Findings }) =>
  async (caller: Caller, wanted: Parameters<Findings["list"]>[0]): Promise<FindingsPage> => {
    requireAdmin(caller);
    return findings.list(wanted);
  };

/** Says that an operator knows of it. Idempotent. */
export const acknowledgeFinding =
  ({ findings, clock }: { findings: Findings; clock: Clock }) =>
  async (caller: Caller, id: string): Promise<Finding> => {
    requireAdmin(caller);
    const finding = await findings.acknowledge(id, caller.userId, clock());
    if (!finding) throw new NotFound(`No finding found with ID ${id}`);
    return finding;
  };
