import type { Caller } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import { compareText } from "../../text/text-order.ts";
import type { TagDefinition } from "../domain/definitions.ts";
import type { TagQuery } from "../domain/tag-query.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { listDefinitions } from "./list-definitions.ts";

/** The tags in the order asked for; those that are equal in it by time, then in the order in which they were made. */
function inOrder(tags: readonly TagDefinition[], { sort_key, sort_dir }: TagQuery): TagDefinition[] {
  const places = new Map(tags.map((tag, place) => [tag.name, place]));
  const placeOf = ({ name }: TagDefinition) => places.get(name) ?? 0;
  const key = sort_key === "id" ? undefined : sort_key;
  const sign = sort_dir === "asc" ? 1 : -1;
  return tags.toSorted(
    (one, other) =>
      sign *
      ((key ? compareText(one[key], other[key]) : 0) ||
        (key ? compareText(one.created_at, other.created_at) : 0) ||
        placeOf(one) - placeOf(other)),
  );
}

/** A page of a namespace's tags. Throws NamespaceNotFound, and NotFound for a marker that is no tag of it. */
export const listTags =
  (ports: { readonly namespaces: Pick<NamespaceStore, "find" | "definitions"> }) =>
  async (caller: Caller, name: string, query: TagQuery): Promise<readonly TagDefinition[]> => {
    const tags = inOrder(await listDefinitions(ports)(caller, name, "tags"), query);
    const { marker, limit } = query;
    const start = marker === undefined ? 0 : tags.findIndex((tag) => tag.name === marker) + 1;
    if (marker !== undefined && start === 0)
      throw new NotFound(`Metadata tag with name=${marker} was not found in namespace=${name}.`);
    return tags.slice(start, limit === undefined ? undefined : start + limit);
  };
