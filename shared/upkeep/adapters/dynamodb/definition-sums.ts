import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { partitionItems } from "../../../aws/partition-items.ts";
import { namespacePartition } from "../../../metadefs/adapters/dynamodb/keys.ts";
import { type Contained, nothingContained } from "../../../metadefs/adapters/dynamodb/namespace-record.ts";
import { setOfDefinition } from "./kinds/set-of-definition.ts";

/** What the definitions of one set come to. */
export type DefinitionSum = Omit<Contained, "set">;

/** By sets: a namespace's partition has also those that a change stages or has left. */
export type DefinitionSums = ReadonlyMap<string, DefinitionSum>;

/**
 * What the definitions in a namespace's partition come to, set by set. Reads all of the partition, and keeps none of
 * it; what is written meanwhile may be seen in part.
 */
export async function sumDefinitions(
  client: DynamoDBDocumentClient,
  tableName: string,
  namespaceId: string,
): Promise<DefinitionSums> {
  const sums = new Map<string, DefinitionSum>();
  for await (const { sk, definition, revision } of partitionItems(client, tableName, {
    pk: namespacePartition(namespaceId),
  })) {
    const of = setOfDefinition(String(sk));
    if (!of) continue;
    const { count, bytes, revisions } = sums.get(of.prefix) ?? nothingContained(of.set);
    sums.set(of.prefix, {
      count: count + 1,
      bytes: bytes + Buffer.byteLength(String(definition)),
      revisions: revisions + Number(revision),
    });
  }
  return sums;
}
