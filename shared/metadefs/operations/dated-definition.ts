import type { Collection, Definitions } from "../domain/definitions.ts";

/** A definition of a kind as a caller wants it. */
export type NewDefinition<Kind extends Collection> = Omit<Definitions[Kind], "created_at" | "updated_at">;

/** The definition with its times; `created_at` is that of the definition which it takes the place of, if there is one. */
export const datedDefinition = <Kind extends Collection>(
  wanted: NewDefinition<Kind>,
  now: string,
  created_at = now,
): Definitions[Kind] => ({ ...wanted, created_at, updated_at: now }) as unknown as Definitions[Kind];
