import type { Check } from "../language/check.ts";

export const propertyActions = ["create", "read", "update", "delete"] as const;
export type PropertyAction = (typeof propertyActions)[number];

/** One section of the protections' file: who may do what with properties in whose name the pattern is found. */
export interface Protection extends Readonly<Record<PropertyAction, Check>> {
  /** Source and flags of a RegExp. */
  readonly pattern: readonly [source: string, flags: string];
}
