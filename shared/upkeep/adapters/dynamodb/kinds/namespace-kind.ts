import {
  NAMESPACE_PREFIX,
  nameItemKey,
  namespaceKey,
  RECORD,
  resourceTypeKey,
} from "../../../../metadefs/adapters/dynamodb/keys.ts";
import { entriesOf, placedOf } from "../../../../metadefs/adapters/dynamodb/list-entries.ts";
import { METADEF_VERSION } from "../../../../metadefs/adapters/dynamodb/namespace-record.ts";
import { resourceTypeItem } from "../../../../metadefs/adapters/dynamodb/resource-types.ts";
import { isSoundNamespace } from "../record-snapshot.ts";
import { definitionFaults } from "./definition-faults.ts";
import { insert, type JudgedKind, subjectOf } from "./record-kind.ts";

export const namespaceKind: JudgedKind<"namespace"> = {
  prefix: NAMESPACE_PREFIX,
  isPartition: (pk) => pk.startsWith(NAMESPACE_PREFIX),
  refOf: ({ pk, sk }) =>
    sk === RECORD ? { kind: "namespace", namespaceId: pk.slice(NAMESPACE_PREFIX.length) } : undefined,
  keyOf: ({ namespaceId }) => namespaceKey(namespaceId),
  guardOf: ({ namespaceId }) => namespaceKey(namespaceId),
  firstReads: ({ namespaceId }) => [namespaceKey(namespaceId)],
  witnesses: ({ namespaceId }, seen) => {
    const stored = seen.namespace(namespaceId);
    if (!stored || !isSoundNamespace(stored, namespaceId)) return [];
    const { namespace, generation } = stored;
    return [
      nameItemKey(namespace.namespace),
      ...entriesOf(placedOf(namespace), generation),
      ...namespace.resource_types.map(({ name }) => resourceTypeKey(name)),
    ];
  },
  countsDefinitionsOf: ({ namespaceId }) => namespaceId,
  isKnownBy: "first read",
  faults: (TableName, { namespaceId }, seen) => {
    const stored = seen.namespace(namespaceId);
    if (!stored) return [];
    const { namespace, generation } = stored;
    const { revision } = namespace;
    if (!isSoundNamespace(stored, namespaceId)) {
      const { id, created_at } = namespace;
      const evidence = { seen: JSON.stringify({ id, created_at, revision, generation }) };
      return [{ kind: "record-unreadable", subject: namespaceId, evidence }];
    }
    const name = nameItemKey(namespace.namespace);
    const wanted = [
      { kind: "namespace-name-missing", item: { ...name, v: METADEF_VERSION, id: namespaceId } },
      ...entriesOf(placedOf(namespace), generation).map((item) => ({
        kind: "namespace-entry-missing",
        item,
      })),
      ...namespace.resource_types.map((type) => ({
        kind: "resource-type-missing",
        item: resourceTypeItem(type),
      })),
    ];
    const missing = wanted
      .filter(({ item }) => !seen.item(item))
      .map(({ kind, item }) => ({
        kind,
        subject: subjectOf(item),
        evidence: { namespace: namespaceId, revision },
        write: insert(TableName, { ...item }),
      }));
    const sums = seen.definitions(namespaceId);
    const faults = [...missing, ...(sums ? definitionFaults(stored, sums) : [])];
    const holder = seen.item(name)?.id;
    if (holder === undefined || holder === namespaceId) return faults;
    // Its name is another's: a person decides which of the two is to have it.
    return [
      ...faults,
      {
        kind: "namespace-name-of-another",
        subject: namespaceId,
        evidence: { namespace: namespaceId, revision, holder: String(holder) },
      },
    ];
  },
};
