import type { WriteItem } from "../../../aws/transaction.ts";
import { Conflict } from "../../../errors.ts";
import { ownValue } from "../../../own-value.ts";
import type { Listing } from "../../ports/identity-store.ts";
import {
  type IdentityItem,
  type IdentityKind,
  ITEM_VERSION,
  identityNameKey,
  idKey,
  namesOf,
  requiredText,
} from "./identity-items.ts";
import {
  eachOf,
  exists,
  findById,
  findByName,
  type IdentityTable,
  isNew,
  queryItems,
  raiseEpoch,
  writeItems,
} from "./identity-table.ts";

/** Users and projects alike: an item under the id, and one under the name that leads to it. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
}

const taken = (kind: IdentityKind, name: string) =>
  new Conflict(`The id or the name of the ${kind} ${name} is taken.`);

const pointerTo = (
  { tableName: TableName }: IdentityTable,
  kind: IdentityKind,
  { id, name, domainId }: Named,
) => ({
  Put: {
    TableName,
    Item: { ...identityNameKey(kind, name, domainId), v: ITEM_VERSION, id },
    ConditionExpression: isNew,
  },
});

const withoutPointer = (
  { tableName: TableName }: IdentityTable,
  kind: IdentityKind,
  { id, name, domainId }: Named,
) => ({
  Delete: {
    TableName,
    Key: identityNameKey(kind, name, domainId),
    ConditionExpression: "id = :id",
    ExpressionAttributeValues: { ":id": id },
  },
});

/** Id and name in one transaction, so that no name leads nowhere; the stored item, ours or the earlier one. */
export async function createRecord(
  table: IdentityTable,
  kind: IdentityKind,
  record: Named,
): Promise<IdentityItem> {
  const { id, name, domainId } = record;
  const item = { ...idKey(kind, id), v: ITEM_VERSION, ...record };
  const written = await writeItems(table, [
    { Put: { TableName: table.tableName, Item: item, ConditionExpression: isNew } },
    pointerTo(table, kind, record),
  ]);
  if (written) return item;
  const winner = await findByName(table, kind, name, domainId);
  if (winner?.id !== id) throw taken(kind, name);
  return winner;
}

const ATTEMPTS = 5;

/** Sets members of the item and moves the name with them; undefined when there is no such item. */
export async function updateRecord(
  table: IdentityTable,
  kind: IdentityKind,
  id: string,
  changes: Readonly<Record<string, unknown>>,
  further: readonly WriteItem[] = [],
): Promise<IdentityItem | undefined> {
  const names = Object.keys(changes);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const item = await findById(table, kind, id);
    if (!item) return undefined;
    const old: Named = { id, name: requiredText(item, "name"), domainId: requiredText(item, "domainId") };
    const renamed: Named = { ...old, name: String(changes.name ?? old.name) };
    const isRename = renamed.name !== old.name;
    const written = await writeItems(table, [
      {
        Update: {
          TableName: table.tableName,
          Key: idKey(kind, id),
          // Somebody may have renamed it since: then its pointer is another one.
          ConditionExpression: "#oldName = :oldName",
          UpdateExpression: `SET v = :v${names.map((_, at) => `, #n${at} = :v${at}`).join("")}`,
          ExpressionAttributeNames: {
            "#oldName": "name",
            ...Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
          },
          ExpressionAttributeValues: {
            ":oldName": old.name,
            ":v": ITEM_VERSION,
            ...Object.fromEntries(names.map((name, at) => [`:v${at}`, ownValue(changes, name)])),
          },
        },
      },
      ...(isRename ? [withoutPointer(table, kind, old), pointerTo(table, kind, renamed)] : []),
      ...further,
    ]);
    if (written) return { ...item, ...changes };
    const winner = await findByName(table, kind, renamed.name, renamed.domainId);
    if (isRename && winner && winner.id !== id) throw taken(kind, renamed.name);
  }
  throw new Conflict(`The ${kind} ${id} is being changed by others.`);
}

/** Takes the item and its name away, in one transaction; false when there is none. */
export async function deleteRecord(table: IdentityTable, kind: IdentityKind, id: string): Promise<boolean> {
  const item = await findById(table, kind, id);
  if (!item) return false;
  const record: Named = { id, name: requiredText(item, "name"), domainId: requiredText(item, "domainId") };
  return writeItems(table, [
    { Delete: { TableName: table.tableName, Key: idKey(kind, id), ConditionExpression: exists } },
    withoutPointer(table, kind, record),
    ...(kind === "user" ? [raiseEpoch(table, id)] : []),
  ]);
}

/** The first records of a domain by name. */
export async function listRecords<Record>(
  table: IdentityTable,
  kind: IdentityKind,
  domainId: string,
  most: number,
  read: (item: IdentityItem) => Record,
): Promise<Listing<Record>> {
  const ids: string[] = [];
  for await (const pointer of queryItems(table, namesOf(kind, domainId), "", most + 1)) {
    ids.push(requiredText(pointer, "id"));
    if (ids.length > most) break;
  }
  const items = await eachOf(ids.slice(0, most), (id) => findById(table, kind, id));
  // One that was deleted in between is missing from both.
  return { entries: items.filter((item) => item !== undefined).map(read), truncated: ids.length > most };
}
