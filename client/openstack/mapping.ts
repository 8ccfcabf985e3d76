export type Mapping = { readonly [name: string]: unknown };

/** Anything with named members: no list, no null. */
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);
