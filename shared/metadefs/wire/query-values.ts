import { BadRequest } from "../../errors.ts";
import type { SortDirection } from "../domain/namespace-query.ts";

/** A whole number, not below `least`; undefined when none is given. */
export function readLimit(text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw new BadRequest(`limit param must be an integer, and at least ${least}: ${text}`);
  }
  return Number(text);
}

/** `desc` unless said. */
export function readSortDirection(text = "desc"): SortDirection {
  if (text !== "asc" && text !== "desc") {
    throw new BadRequest(`Invalid sort direction: ${text}. It must be asc or desc.`);
  }
  return text;
}

/** `created_at` unless said. */
export function readSortKey<Key extends string>(
  text: string | undefined,
  keys: readonly Key[],
): Key | "created_at" {
  if (text === undefined) return "created_at";
  const known = keys.find((key) => key === text);
  if (!known) throw new BadRequest(`Invalid sort key: ${text}. It must be one of: ${keys.join(", ")}.`);
  return known;
}

/** One of these; undefined when none is given or it is empty. */
export function readVisibility<Visibility extends string>(
  text: string | undefined,
  visibilities: readonly Visibility[],
): Visibility | undefined {
  if (text === undefined || text === "") return undefined;
  const known = visibilities.find((visibility) => visibility === text);
  if (!known) {
    throw new BadRequest(`Invalid visibility value: ${text}. It must be one of: ${visibilities.join(", ")}.`);
  }
  return known;
}
