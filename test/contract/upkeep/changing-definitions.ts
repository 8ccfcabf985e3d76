import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import type { DefinitionWrite } from "../../../shared/metadefs/ports/namespace-store.ts";
import { added, changed, created, property, removed, tag } from "../metadefs/some-namespaces.ts";
import type { AuditedTable } from "./audited-table.ts";

const ROUNDS = 3;
/** More than one transaction writes. */
const MANY = 110;
const names = (count: number, round: number) => Array.from({ length: count }, (_, n) => `${round}é${n}`);

/** Definitions that come, change, are renamed and go, few and many at once; in the end the namespace goes or stays. */
export async function changeDefinitions({ documents }: AuditedTable, stays: boolean): Promise<void> {
  const store = dynamodbNamespaceStore(documents, "images");
  let namespace = await created({ store });
  const write = async (writes: readonly DefinitionWrite[], emptied?: ["properties"]) => {
    namespace = await changed({ store }, namespace, {}, { writes, ...(emptied && { emptied }) });
  };
  for (let round = 0; round < ROUNDS; round++) {
    await write(added("tags", names(MANY, round).map(tag)));
    await write(
      added(
        "properties",
        names(3, round).map((name) => property(name)),
      ),
    );
    const [first, second] = await store.definitions(namespace, "properties");
    if (!first || !second) throw new Error("no definitions where some were added");
    await write([
      { collection: "properties", before: first, after: property(first.name, "A longer title: ü") },
      { collection: "properties", before: second, after: { ...second, name: `renamed ${round}` } },
    ]);
    const tags = await store.definitions(namespace, "tags");
    await write(tags.slice(0, 7).map((before) => ({ collection: "tags", before, after: undefined })));
    await write(
      added(
        "properties",
        names(2, -1 - round).map((name) => property(name)),
      ),
      ["properties"],
    );
    await write(tags.slice(7).map((before) => ({ collection: "tags", before, after: undefined })));
  }
  await write(added("tags", names(MANY, ROUNDS).map(tag)));
  if (!stays) await removed({ store }, namespace);
}
