import { BadRequest } from "../../errors.ts";
import { type Finding, findingStates } from "../domain/finding.ts";
import type { Findings, FindingsPage } from "../ports/findings.ts";

const PATH = "/v2/audit/findings";
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const ID = /^[a-z0-9-]{1,100}\.[0-9a-f]{32}$/;

/** A path parameter or marker that can be a finding's id at all. */
export function findingIdOf(text: string): string {
  if (!ID.test(text)) throw new BadRequest("Expected the id of a finding, like hash-mismatch.0123…");
  return text;
}

/** What a query asks for. Throws 400 for anything that it does not know. */
export function findingsQuery(query: URLSearchParams): Parameters<Findings["list"]>[0] {
  const unknown = [...query.keys()].find((key) => !["limit", "marker", "state"].includes(key));
  if (unknown !== undefined) throw new BadRequest(`'${unknown}' is none of limit, marker, state.`);
  const limit = query.get("limit") ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new BadRequest("limit must be a whole number from 1 on.");
  const stateText = query.get("state");
  const state = findingStates.find((word) => word === stateText);
  if (stateText !== null && !state)
    throw new BadRequest(`state must be one of: ${findingStates.join(", ")}.`);
  const marker = query.get("marker");
  return {
    limit: Math.min(Number(limit), MAX_LIMIT),
    ...(marker === null ? {} : { after: findingIdOf(marker) }),
    ...(state ? { state } : {}),
  };
}

export const findingDocument = (finding: Finding) => ({ ...finding });

/** A page with the link to the next one, relative as in the list of images. */
export function findingsDocument({ findings, next }: FindingsPage, query: URLSearchParams) {
  const parameters = new URLSearchParams(query);
  if (next !== undefined) parameters.set("marker", next);
  return {
    findings: findings.map(findingDocument),
    ...(next === undefined ? {} : { next: `${PATH}?${parameters}` }),
  };
}
