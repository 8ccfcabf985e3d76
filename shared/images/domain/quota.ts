import { TooLarge } from "../../errors.ts";

/** Throws 413 when `attempted` is above the quota; a negative quota is unlimited. */
export function checkQuota(what: string, attempted: number, maximum: number): void {
  if (maximum >= 0 && attempted > maximum) {
    throw new TooLarge(
      `The limit has been exceeded on the number of allowed image ${what}. Attempted: ${attempted}, Maximum: ${maximum}`,
    );
  }
}

const isCounted = (name: string): boolean => !name.startsWith("os_glance");

export const countedProperties = (names: readonly string[]): number => names.filter(isCounted).length;

type Named = { readonly properties: Readonly<Record<string, unknown>> };

/** Throws TooLarge where a property is added beyond the quota; those that were there may stay, however many. */
export function checkAddedProperties(before: Named, after: Named, quota: number): void {
  const names = Object.keys(after.properties);
  const isMore = names.some((name) => !Object.hasOwn(before.properties, name));
  checkQuota("properties", countedProperties(names), isMore ? quota : -1);
}
