import {
  NAMESPACE_PREFIX,
  namespaceKey,
  namespacePartition,
  workKey,
} from "../../../../metadefs/adapters/dynamodb/keys.ts";
import { isSoundNamespace } from "../record-snapshot.ts";
import { type JudgedKind, remove, subjectOf } from "./record-kind.ts";
import { setOfDefinition } from "./set-of-definition.ts";

export const definitionKind: JudgedKind<"definition"> = {
  prefix: NAMESPACE_PREFIX,
  isPartition: (pk) => pk.startsWith(NAMESPACE_PREFIX),
  refOf: ({ pk, sk }) =>
    setOfDefinition(sk) && { kind: "definition", namespaceId: pk.slice(NAMESPACE_PREFIX.length), place: sk },
  keyOf: ({ namespaceId, place }) => ({ pk: namespacePartition(namespaceId), sk: place }),
  guardOf: ({ namespaceId }) => namespaceKey(namespaceId),
  firstReads: ({ namespaceId, place }) => [
    namespaceKey(namespaceId),
    workKey(setOfDefinition(place)?.set ?? ""),
  ],
  witnesses: ({ place }) => [workKey(setOfDefinition(place)?.set ?? "")],
  isKnownBy: "key",
  faults: (TableName, { namespaceId, place }, seen) => {
    const key = { pk: namespacePartition(namespaceId), sk: place };
    const stored = seen.namespace(namespaceId);
    const of = setOfDefinition(place);
    if (!of || !seen.item(key) || (stored && !isSoundNamespace(stored, namespaceId))) return [];
    if (stored?.contained[of.collection].set === of.set) return [];
    // Staged: its change may be about to be written, or the job of the metadata definitions ends it.
    if (seen.item(workKey(of.set))) return [];
    return [
      {
        kind: "definition-left-over",
        subject: subjectOf(key),
        evidence: { namespace: namespaceId, revision: stored?.namespace.revision ?? null },
        write: remove(TableName, key),
      },
    ];
  },
};
