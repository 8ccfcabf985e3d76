import type { AttributeValue } from "./item.ts";

/** Sets are equal in any order; lists and maps when all that they hold is. Numbers are in their normal form already. */
export function equalValues(one: AttributeValue, other: AttributeValue): boolean {
  if (typeOf(one) !== typeOf(other)) return false;
  const [list, otherList] = [one.L, other.L];
  if (list && otherList)
    return (
      list.length === otherList.length &&
      list.every((value, index) => equalValues(value, otherList[index] as AttributeValue))
    );
  if (one.M && other.M) {
    const theirs = new Map(Object.entries(other.M));
    const ours = Object.entries(one.M);
    return (
      ours.length === theirs.size &&
      ours.every(([name, value]) => {
        const match = theirs.get(name);
        return match !== undefined && equalValues(value, match);
      })
    );
  }
  const [members, others] = [elementsOf(one), elementsOf(other)];
  if (members && others)
    return (
      members.length === others.length &&
      members.every((member) => others.some((another) => equalValues(member, another)))
    );
  return one.S === other.S && one.N === other.N && one.B === other.B && one.BOOL === other.BOOL;
}

export const typeOf = (value: AttributeValue): string => Object.keys(value)[0] ?? "";

/** What a list or set holds; undefined for any other value. */
export function elementsOf({ L, SS, NS, BS }: AttributeValue): readonly AttributeValue[] | undefined {
  return L ?? SS?.map((S) => ({ S })) ?? NS?.map((N) => ({ N })) ?? BS?.map((B) => ({ B }));
}

/**
 * Negative, zero or positive; undefined for two types, and for types without an order. Strings by their UTF-8 bytes,
 * binary by unsigned bytes (developer guide, "Supported data types").
 */
export function orderOf(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.S !== undefined && other.S !== undefined)
    return Buffer.compare(Buffer.from(one.S), Buffer.from(other.S));
  if (one.B !== undefined && other.B !== undefined) return Buffer.compare(bytesOf(one.B), bytesOf(other.B));
  if (one.N !== undefined && other.N !== undefined) return orderOfNumbers(one.N, other.N);
  return undefined;
}

export const bytesOf = (base64: string): Buffer => Buffer.from(base64, "base64");

/** Of two plain decimals without exponent, without leading zeros and without trailing ones after the point. */
function orderOfNumbers(one: string, other: string): number {
  const [isNegative, otherIsNegative] = [one.startsWith("-"), other.startsWith("-")];
  if (isNegative !== otherIsNegative) return isNegative ? -1 : 1;
  if (isNegative) return orderOfNumbers(other.slice(1), one.slice(1));
  const [whole = "", fraction = ""] = one.split(".");
  const [otherWhole = "", otherFraction = ""] = other.split(".");
  if (whole.length !== otherWhole.length) return whole.length - otherWhole.length;
  const [digits, otherDigits] = [whole + fraction, otherWhole + otherFraction];
  return digits < otherDigits ? -1 : digits > otherDigits ? 1 : 0;
}
