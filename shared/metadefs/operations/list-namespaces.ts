import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Forbidden } from "../../errors.ts";
import { BestFirst } from "../../paging/best-first.ts";
import { fillPage, type Page, searchBudget } from "../../paging/fill-page.ts";
import { isContextAdmin } from "../../policy/ask.ts";
import type { Namespace } from "../domain/namespace.ts";
import { compareNamespaces } from "../domain/namespace-order.ts";
import type { NamespaceQuery } from "../domain/namespace-query.ts";
import { canSeeNamespace, enforceMetadef, isMetadefAllowed } from "../policy/metadef-policy.ts";
import type { NamespaceListing, NamespaceScope, NamespaceStore } from "../ports/namespace-store.ts";
import { NamespaceNotFound } from "./visible-namespace.ts";

interface Ports {
  readonly namespaces: Pick<NamespaceStore, "find" | "list">;
  readonly clock: Clock;
}

/** The lists that hold what the caller may be shown: no more of them than the filter leaves. */
function scopesOf(caller: Caller, { visibility }: NamespaceQuery): readonly NamespaceScope[] {
  const own: NamespaceScope = isContextAdmin(caller)
    ? { kind: "private" }
    : { kind: "owner", project: caller.projectId };
  if (visibility === "private") return [own];
  return visibility === "public" ? [{ kind: "public" }] : [{ kind: "public" }, own];
}

/** The namespace behind which the page begins. Throws NamespaceNotFound, and Forbidden for one that is not seen. */
async function startBehind({ namespaces }: Ports, caller: Caller, marker: string): Promise<Namespace> {
  const found = await namespaces.find(marker);
  if (!found) throw new NamespaceNotFound(marker);
  if (canSeeNamespace(caller, found)) return found;
  throw new Forbidden(`Forbidding request, metadata definition namespace=${marker} is not visible.`);
}

/** Where all must be read, as many at once as a page has at most. */
const ALL_AT_ONCE = 1000;

/** Which of the two orders of the index serves a query; undefined for those that need all to be sorted. */
const indexOf = ({ sort_key }: NamespaceQuery): NamespaceListing["sortKey"] | undefined => {
  if (sort_key === "namespace") return "namespace";
  return sort_key === "created_at" || sort_key === "id" ? "created_at" : undefined;
};

/** The first namespaces behind `after` of all that come, sorted; memory is bounded by a page. */
async function* sorted(
  namespaces: AsyncIterable<Namespace>,
  { query, after }: { readonly query: NamespaceQuery; readonly after: Namespace | undefined },
): AsyncGenerator<Namespace> {
  const compare = (one: Namespace, other: Namespace) => compareNamespaces(query, one, other);
  const best = new BestFirst<Namespace>({ compare, count: query.limit + 1 });
  for await (const namespace of namespaces)
    if (after === undefined || compare(namespace, after) > 0) best.add(namespace);
  yield* best.take();
}

/**
 * One page of the namespaces that the caller sees. Orders by created_at and namespace are read from the index, others
 * read all that the caller sees and are refused where that takes longer than a request has. Throws BadRequest, Forbidden
 * and NotFound.
 */
export const listNamespaces =
  (ports: Ports) =>
  async (caller: Caller, query: NamespaceQuery): Promise<Page<Namespace>> => {
    enforceMetadef("get_metadef_namespaces", caller);
    enforceMetadef("list_metadef_resource_types", caller);
    const { limit, marker, resource_types: resourceTypes, sort_dir: direction } = query;
    const after = marker === undefined ? undefined : await startBehind(ports, caller, marker);
    if (limit === 0) return { entries: [], more: false };

    const checkTime = searchBudget(ports.clock);
    async function* seen(listing: NamespaceListing): AsyncGenerator<Namespace> {
      for await (const namespace of ports.namespaces.list(listing)) {
        checkTime();
        if (!canSeeNamespace(caller, namespace)) continue;
        if (query.visibility !== undefined && namespace.visibility !== query.visibility) continue;
        if (isMetadefAllowed("get_metadef_namespace", caller, namespace)) yield namespace;
      }
    }

    const sortKey = indexOf(query);
    const listing: NamespaceListing = {
      scopes: scopesOf(caller, query),
      sortKey: sortKey ?? "created_at",
      direction,
      ...(resourceTypes && { resourceTypes }),
      ...(sortKey && after && { after }),
      expected: sortKey ? limit + 1 : ALL_AT_ONCE,
    };
    const found = sortKey ? seen(listing) : sorted(seen(listing), { query, after });
    const tooSlow = sortKey
      ? "No namespace was found in the time a request has: ask for fewer resource types."
      : `There are too many namespaces to sort by ${query.sort_key} in the time a request has: sort by created_at or namespace.`;
    return fillPage(found, { limit, tooSlow });
  };
