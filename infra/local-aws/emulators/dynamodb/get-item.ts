import database from "dynalite/db/index.js";
import { type Meter, readUnits } from "./capacity.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import { type AttributeValue, type Item, itemBytes } from "./item.ts";
import type { ParsedPath } from "./parsed-condition.ts";
import type { DynamodbRequest, Projection } from "./request.ts";
import { storageKeyOfKey, type Table } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";
import { valueAt } from "./value-at.ts";

/** Throws ValidationException for a projection that goes into a key attribute. */
export function checkProjection(table: Table, projection: Projection | undefined): void {
  const invalid = database.validateKeyPaths(projection?.nestedPaths, table.schema);
  if (invalid) throw asAwsFailure(invalid);
}

export function project(item: Item, projection: Projection | undefined): Item {
  if (!projection) return item;
  const paths = projection.paths.map((path): ParsedPath => [path].flat());
  const found = paths.filter((path) => valueAt(path, item) !== undefined);
  return keep({ M: item }, found).M ?? {};
}

/** Only what the paths lead to. dynalite loses what stands below a name that objects inherit. */
function keep(value: AttributeValue, paths: readonly ParsedPath[]): AttributeValue {
  if (paths.some((path) => path.length === 0)) return value;
  const below = (step: string | number, inner: AttributeValue): AttributeValue[] => {
    const rest = paths.filter(([head]) => head === step).map(([, ...others]) => others);
    return rest.length > 0 ? [keep(inner, rest)] : [];
  };
  if (value.L) return { L: value.L.flatMap((inner, index) => below(index, inner)) };
  const members = Object.entries(value.M ?? {}).flatMap(([name, inner]) =>
    below(name, inner).map((kept) => [name, kept] as const),
  );
  return { M: Object.fromEntries(members) };
}

export async function getItem(
  tables: Tables,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const table = findTable(tables, request.TableName);
  checkProjection(table, request._projection);
  const item = (await tables.storage.get(storageKeyOfKey(table, request.Key ?? {}))) as Item | undefined;
  meter.add({
    tableName: table.definition.name,
    readUnits: readUnits(item ? itemBytes(item) : 0, request.ConsistentRead),
  });
  return item ? { Item: project(item, request._projection) } : {};
}
