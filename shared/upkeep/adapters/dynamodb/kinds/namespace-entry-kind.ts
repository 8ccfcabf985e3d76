import { namespaceKey, workKey } from "../../../../metadefs/adapters/dynamodb/keys.ts";
import {
  entriesOf,
  generationOfEntry,
  idOfPlace,
  NAMESPACE_LISTS,
  placedOf,
  placeOfEntry,
} from "../../../../metadefs/adapters/dynamodb/list-entries.ts";
import { isSoundNamespace, textOf } from "../record-snapshot.ts";
import { isId } from "./is-id.ts";
import { type JudgedKind, remove, subjectOf } from "./record-kind.ts";

export const namespaceEntryKind: JudgedKind<"namespace entry"> = {
  prefix: NAMESPACE_LISTS,
  isPartition: (pk) => pk.startsWith(NAMESPACE_LISTS),
  refOf: ({ pk, sk }) => {
    const namespaceId = idOfPlace(placeOfEntry(sk));
    if (!isId(namespaceId) || !isId(generationOfEntry(sk))) return undefined;
    return { kind: "namespace entry", namespaceId, list: pk, place: sk };
  },
  keyOf: ({ list, place }) => ({ pk: list, sk: place }),
  guardOf: ({ namespaceId }) => namespaceKey(namespaceId),
  firstReads: ({ namespaceId, place }) => [namespaceKey(namespaceId), workKey(generationOfEntry(place))],
  witnesses: ({ place }) => [workKey(generationOfEntry(place))],
  isKnownBy: "key",
  faults: (TableName, { namespaceId, list, place }, seen) => {
    const key = { pk: list, sk: place };
    const stored = seen.namespace(namespaceId);
    if (!seen.item(key) || (stored && !isSoundNamespace(stored, namespaceId))) return [];
    const entries = stored ? entriesOf(placedOf(stored.namespace), stored.generation) : [];
    if (entries.some((wanted) => textOf(wanted) === textOf(key))) return [];
    // Staged: its change may be about to be written, or the job of the metadata definitions ends it.
    if (seen.item(workKey(generationOfEntry(place)))) return [];
    return [
      {
        kind: "namespace-entry-left-over",
        subject: subjectOf(key),
        evidence: { list, namespace: namespaceId, revision: stored?.namespace.revision ?? null },
        write: remove(TableName, key),
      },
    ];
  },
};
