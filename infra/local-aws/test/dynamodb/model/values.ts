import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { compareDecimals, decimalOf, textOf } from "./decimal.ts";

export type Value = AttributeValue;
export type Document = Record<string, Value>;
export type TypeName = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M";

export const typeOf = (value: Value): TypeName => Object.keys(value)[0] as TypeName;
export const isSet = (value: Value): boolean => ["SS", "NS", "BS"].includes(typeOf(value));

/** The elements of a set, each as a value of its own. */
export const membersOf = ({ SS, NS, BS }: Value): readonly Value[] => [
  ...(SS ?? []).map((S): Value => ({ S })),
  ...(NS ?? []).map((N): Value => ({ N })),
  ...(BS ?? []).map((B): Value => ({ B })),
];

/** The set of these, of the type that `like` has. */
export function setOf(like: Value, members: readonly Value[]): Value {
  if (like.SS) return { SS: members.map(({ S }) => S ?? "") };
  if (like.NS) return { NS: members.map(({ N }) => N ?? "") };
  return { BS: members.map(({ B }) => B ?? new Uint8Array()) };
}

/** The same text for equal values: sets in any order, numbers by value, maps by name. */
export function canonical(value: Value): string {
  if (value.S !== undefined) return `S${JSON.stringify(value.S)}`;
  if (value.N !== undefined) return `N${textOf(decimalOf(value.N))}`;
  if (value.B !== undefined) return `B${Buffer.from(value.B).toString("hex")}`;
  if (value.BOOL !== undefined) return `BOOL${value.BOOL}`;
  if (value.NULL !== undefined) return "NULL";
  if (value.L) return `L[${value.L.map(canonical).join()}]`;
  if (value.M) return `M${canonicalOf(value.M)}`;
  return `${typeOf(value)}{${membersOf(value).map(canonical).sort().join()}}`;
}

export const canonicalOf = (item: Document): string =>
  `{${Object.entries(item)
    .map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`)
    .sort()
    .join()}}`;

export const areEqual = (a: Value, b: Value): boolean => canonical(a) === canonical(b);

/**
 * Developer guide, "Supported data types": strings by their UTF-8 bytes, binary by unsigned bytes, numbers by value.
 * Undefined for what has no order, or not the same type.
 */
export function order(a: Value, b: Value): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(decimalOf(a.N), decimalOf(b.N));
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
}

/**
 * A known fault: dynalite's parser holds the two bounds of BETWEEN against each other by UTF-16, so it refuses a few
 * that are in order by UTF-8 (U+E000 to U+FFFF against characters beyond).
 */
export const misreadsBounds = (low: Value, high: Value): boolean =>
  low.S !== undefined && high.S !== undefined && low.S > high.S !== (order(low, high) ?? 0) > 0;
