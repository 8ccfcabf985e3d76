import { type Facets, facetsOf, symbolic } from "./facets.ts";
import type { Script } from "./script.ts";
import type { Exchange, Session } from "./session.ts";
import { comparedWords } from "./texts.ts";

export interface Difference {
  readonly script: string;
  /** `demo: PATCH /v2/images/{image 1} [...]`. */
  readonly request: string;
  readonly facet: string;
  readonly reference: string;
  readonly here: string;
  readonly exchange: Exchange;
  /** Status codes of both. */
  readonly statuses: { readonly reference: string; readonly here: string };
}

export const describeDifference = ({ script, request, facet, reference, here }: Difference): string =>
  `${script}: ${request}: ${facet}: Glance ${reference}, here ${here}`;

const NONE = "none";

/** A list's element that only one side has: the list's own facet says so. */
function isOfOneSideOnly(facet: string, ...sides: readonly Facets[]): boolean {
  const [, list, key] = /^(.*?)\[(.+?)\]/.exec(facet) ?? [];
  if (list === undefined) return false;
  return sides.some((side) => !` ${side.get(`${list}[]`)} `.includes(` ${key} `));
}

function hasOtherWords(reference: string, here: string): boolean {
  const [expected, found] = comparedWords(reference, here) ?? [];
  return expected !== found;
}

function differingFacets(reference: Facets, here: Facets, comparesWords: boolean): string[] {
  // Where the status differs all else does, too.
  if (reference.get("status") !== here.get("status")) return ["status"];
  // An error in another form has other parts.
  if (reference.get("form") !== here.get("form")) return ["form"];
  return [...new Set([...reference.keys(), ...here.keys()])].filter(
    (facet) =>
      !isOfOneSideOnly(facet, reference, here) &&
      reference.get(facet) !== here.get(facet) &&
      (facet !== "text" ||
        (comparesWords && hasOtherWords(reference.get("text") ?? "", here.get("text") ?? ""))),
  );
}

function titleOf({ caller, method, path, sent }: Exchange, session: Session): string {
  const name = symbolic(session);
  return [`${caller}:`, method, name(path), name(sent).slice(0, 400)].filter(Boolean).join(" ");
}

/** All differences of a script's exchanges; the facets that are not compared are said in facets.ts and texts.ts. */
export function differencesOf(
  { name: script, hasManyFaults = false }: Script,
  reference: Session,
  here: Session,
): Difference[] {
  const differences: Difference[] = [];
  for (const [at, exchange] of here.exchanges.entries()) {
    const other = reference.exchanges[at];
    const facets = facetsOf(exchange, here);
    const expected: Facets = other ? facetsOf(other, reference) : new Map();
    const statuses = { reference: expected.get("status") ?? NONE, here: facets.get("status") ?? NONE };
    for (const facet of differingFacets(expected, facets, !hasManyFaults)) {
      differences.push({
        script,
        request: titleOf(exchange, here),
        facet,
        reference: expected.get(facet) ?? NONE,
        here: facets.get(facet) ?? NONE,
        exchange,
        statuses,
      });
    }
  }
  for (const exchange of reference.exchanges.slice(here.exchanges.length)) {
    const statuses = { reference: String(exchange.answer.status), here: NONE };
    const request = titleOf(exchange, reference);
    differences.push({
      script,
      request,
      facet: "status",
      reference: statuses.reference,
      here: NONE,
      exchange,
      statuses,
    });
  }
  return differences;
}
