import { isDeepStrictEqual } from "node:util";
import { ownValue } from "../../shared/own-value.ts";
import { parseBytes } from "../terminal/amounts.ts";
import { type AttributeOptions, attributesOf, parseProperties } from "./image-attributes.ts";

export type Said = Readonly<Record<string, unknown>>;

/** Options that say what is uploaded, and cannot be changed when an upload goes on. */
export interface BeginOptions extends AttributeOptions {
  readonly id?: string;
  readonly stage?: boolean;
  readonly partSize?: string;
}

const asOption = (name: string): string => (name === "tags" ? "tag" : name.replaceAll("_", "-"));

/** What the options say, under the names of the command line; nothing for those that are not given. Throws UsageError. */
export function begunWith({ id, stage, partSize, property, ...attributes }: BeginOptions): Said {
  const named = Object.entries(attributesOf(attributes)).map(([name, value]) => [asOption(name), value]);
  return {
    ...Object.fromEntries(named),
    ...(property === undefined ? {} : { property: parseProperties(property) }),
    ...(id === undefined ? {} : { id }),
    ...(stage ? { stage } : {}),
    ...(partSize === undefined ? {} : { "part-size": parseBytes(partSize, "--part-size") }),
  };
}

/** The first option that is given now and was not the same at the beginning. */
export const changedOption = (now: Said, then: Said): string | undefined =>
  Object.keys(now).find((name) => !isDeepStrictEqual(ownValue(now, name), ownValue(then, name)));
