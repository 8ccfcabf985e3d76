import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { AwsFailure } from "../aws-failure.ts";
import type { KeyLocks } from "./key-locks.ts";
import type { Storage } from "./storage.ts";
import { emptyTable, type Table, type TableDefinition, type TableSchema } from "./table.ts";

/** What the operations work on. */
export interface Tables {
  readonly storage: Storage;
  readonly locks: KeyLocks;
  /** Refuse what meets a write under way on the same item, as AWS does, instead of letting it wait. */
  readonly refusesConflicts: boolean;
  readonly byName: ReadonlyMap<string, Table>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Throws ResourceNotFoundException for a table that the template does not have. */
export function findTable(tables: Pick<Tables, "byName">, name: string): Table {
  const table = tables.byName.get(name);
  if (!table)
    throw new AwsFailure(
      "ResourceNotFoundException",
      `Requested resource not found: Table: ${name} not found`,
    );
  return table;
}

/**
 * Makes the tables that the storage does not have yet. Items stay as they are: a table whose keys or indexes
 * were declared differently when it was made is an error that names the folder.
 */
export async function loadTables(
  storage: Storage,
  directory: string,
  definitions: readonly TableDefinition[],
): Promise<ReadonlyMap<string, Table>> {
  const byName = new Map<string, Table>();
  for (const definition of definitions) {
    const table = emptyTable(definition, await idOf(storage, definition.name));
    const key = `table~${definition.name}`;
    const stored = await storage.get(key);
    if (stored === undefined) await storage.batch([{ type: "put", key, value: table.schema }]);
    else if (!isDeepStrictEqual(layoutOf(stored as TableSchema), layoutOf(table.schema)))
      throw new Error(
        `the keys or indexes of table ${definition.name} have changed since its data in ${directory} was written: ` +
          "delete that folder to start with empty tables",
      );
    byName.set(definition.name, table);
  }
  return byName;
}

/** A table keeps the id that it got when it was made. */
async function idOf(storage: Storage, name: string): Promise<string> {
  const key = `table-id~${name}`;
  const stored = (await storage.get(key)) as { TableId: string } | undefined;
  if (stored) return stored.TableId;
  const TableId = randomUUID();
  await storage.batch([{ type: "put", key, value: { TableId } }]);
  return TableId;
}

/** What must not change under stored items; the order of declarations may. */
const layoutOf = (schema: TableSchema) => ({
  keySchema: schema.KeySchema.map(({ AttributeName }) => AttributeName),
  attributes: new Map(schema.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType])),
  indexes: new Map(
    schema.GlobalSecondaryIndexes.map((index) => [index.IndexName, JSON.parse(JSON.stringify(index))]),
  ),
});
