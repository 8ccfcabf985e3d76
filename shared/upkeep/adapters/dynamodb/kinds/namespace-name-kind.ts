import { NAME_PREFIX, nameItemKey, namespaceKey } from "../../../../metadefs/adapters/dynamodb/keys.ts";
import { isSoundNamespace } from "../record-snapshot.ts";
import { type JudgedKind, subjectOf } from "./record-kind.ts";

export const namespaceNameKind: JudgedKind<"namespace name"> = {
  prefix: NAME_PREFIX,
  isPartition: (pk) => pk.startsWith(NAME_PREFIX),
  refOf: ({ pk, sk }) => {
    const name = pk.slice(NAME_PREFIX.length);
    return sk === nameItemKey(name).sk ? { kind: "namespace name", name } : undefined;
  },
  keyOf: ({ name }) => nameItemKey(name),
  // The name says of which namespace it is.
  pointerOf: ({ name }) => nameItemKey(name),
  guardOf: ({ name }, seen) => namespaceKey(String(seen.item(nameItemKey(name))?.id)),
  firstReads: ({ name }) => [nameItemKey(name)],
  witnesses: ({ name }, seen) => {
    const item = seen.item(nameItemKey(name));
    return item ? [namespaceKey(String(item.id))] : [];
  },
  isKnownBy: "first read",
  faults: (TableName, { name }, seen) => {
    const key = nameItemKey(name);
    const item = seen.item(key);
    if (!item) return [];
    const id = String(item.id);
    if (typeof item.id !== "string") {
      const evidence = { name, seen: JSON.stringify(item.id ?? null) };
      return [{ kind: "record-unreadable", subject: subjectOf(key), evidence }];
    }
    const stored = seen.namespace(id);
    if (stored && (!isSoundNamespace(stored, id) || stored.namespace.namespace === name)) return [];
    return [
      {
        kind: "namespace-name-left-over",
        subject: subjectOf(key),
        evidence: { namespace: id, revision: stored?.namespace.revision ?? null },
        write: {
          Delete: {
            TableName,
            Key: { ...key },
            ConditionExpression: "id = :id",
            ExpressionAttributeValues: { ":id": item.id },
          },
        },
      },
    ];
  },
};
