import type { Key } from "./table-key.ts";
import type { WriteItem } from "./transaction.ts";

const textOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** The entries that something no longer has. */
export function droppedEntries(
  TableName: string,
  before: readonly Key[],
  after: readonly Key[],
): WriteItem[] {
  const kept = new Set(after.map(textOf));
  return before
    .filter((key) => !kept.has(textOf(key)))
    .map(({ pk, sk }) => ({ Delete: { TableName, Key: { pk, sk } } }));
}

/** The entries that something did not have before. */
export function newEntries(TableName: string, before: readonly Key[], after: readonly Key[]): WriteItem[] {
  const had = new Set(before.map(textOf));
  return after
    .filter((key) => !had.has(textOf(key)))
    .map((Item) => ({ Put: { TableName, Item: { ...Item } } }));
}
