import type { Difference } from "./differences.ts";

type Condition = (difference: Difference) => boolean;

/** The difference is of one of these facets. */
export const facet =
  (...names: readonly string[]) =>
  (difference: Difference): boolean =>
    names.includes(difference.facet);
const matches = (expected: number | RegExp, status: string): boolean =>
  typeof expected === "number" ? status === String(expected) : expected.test(status);
/** The statuses differ, in this way. */
export const status =
  (reference: number | RegExp, here: number | RegExp) =>
  ({ facet, statuses }: Difference): boolean =>
    facet === "status" && matches(reference, statuses.reference) && matches(here, statuses.here);
/** The request as the difference describes it: caller, method, path, body. */
export const request =
  (pattern: RegExp): Condition =>
  (difference) =>
    pattern.test(difference.request);
export const all =
  (...conditions: readonly Condition[]): Condition =>
  (difference) =>
    conditions.every((holds) => holds(difference));
export const any =
  (...conditions: readonly Condition[]): Condition =>
  (difference) =>
    conditions.some((holds) => holds(difference));

/** Glance has it, this service has not. */
export const isGone = ({ here }: Difference): boolean => here === "none";
/** This service has it, Glance has not. */
export const isNew = ({ reference }: Difference): boolean => reference === "none";
