import { type DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import {
  nameItemKey,
  namespaceKey,
  namespacePartition,
  setPrefix,
} from "../../../shared/metadefs/adapters/dynamodb/keys.ts";
import { entriesOf, placedOf } from "../../../shared/metadefs/adapters/dynamodb/list-entries.ts";
import { storedOf } from "../../../shared/metadefs/adapters/dynamodb/namespace-record.ts";
import { collections } from "../../../shared/metadefs/domain/definitions.ts";

const text = ({ pk, sk }: Record<string, unknown>): string => `${pk}\n${sk}`;

/**
 * What of the catalogue's items is wrong, by its records: those that no record speaks of, and those that one speaks of
 * and that are not there. Resource types stay for good.
 */
export async function wrongItems(client: DynamoDBDocumentClient, TableName: string): Promise<string[]> {
  const items: Record<string, unknown>[] = [];
  for await (const page of paginateScan({ client }, { TableName })) items.push(...(page.Items ?? []));
  const there = new Set(
    items.map(text).filter((key) => key.startsWith("metadef#") && !key.startsWith("metadef#types")),
  );
  const records = items.filter(
    ({ pk, sk }) => String(pk).startsWith("metadef#namespace#") && sk === "namespace",
  );
  const wrong: string[] = [];
  for (const stored of records.map(storedOf)) {
    const { namespace, generation, contained } = stored;
    const wanted = [
      namespaceKey(namespace.id),
      nameItemKey(namespace.namespace),
      ...entriesOf(placedOf(namespace), generation),
    ];
    for (const key of wanted.map((of) => text({ ...of })))
      if (!there.delete(key)) wrong.push(`missing: ${key}`);
    for (const collection of collections) {
      const { set, count } = contained[collection];
      const prefix = `${namespacePartition(namespace.id)}\n${setPrefix(collection, set)}`;
      const found = [...there].filter((key) => key.startsWith(prefix));
      for (const key of found) there.delete(key);
      if (found.length !== count) wrong.push(`${found.length} of ${count} ${collection}`);
    }
  }
  return [...wrong, ...[...there].map((key) => `left over: ${key}`)];
}
