import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import { parseBytes } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";
import type { Signing } from "../upload/image-signer.ts";
import { type AttributeOptions, attributesOf, parseProperties } from "./attribute-options.ts";
import { rememberedSigning, type SigningOptions, signingOf } from "./signing-options.ts";

/** Options that say what is uploaded, as the command line gives them. */
export interface ImageOptions extends AttributeOptions, SigningOptions {
  readonly id?: string;
  readonly stage?: boolean;
  readonly store?: string;
  readonly partSize?: string;
  /** False: send the data without looking at what it is. */
  readonly inspect?: boolean;
}

/** The image that an upload is for, as its user wants it. */
export interface PlannedImage {
  /** Id or name of an image that exists, instead of a new one. */
  readonly id: string | undefined;
  /** What is said of the image, under the API's names. */
  readonly attributes: JsonObject;
  readonly diskFormat: string | undefined;
  readonly containerFormat: string | undefined;
  /** The store that the data goes to; undefined: the service's default one. */
  readonly store: string | undefined;
  /** The bytes are staged for an import instead of becoming the image's data. */
  readonly stage: boolean;
  /** Whether to look at what the data is before it is sent. */
  readonly inspect: boolean;
  /** How it is signed; undefined: it is not. */
  readonly signing: Signing | undefined;
  /** Bytes of a part; undefined: chosen by size and line. */
  readonly partBytes: number | undefined;
  /** What of it cannot be changed when an upload goes on, under the names of the command line. */
  readonly said: JsonObject;
}

const asOption = (name: string): string => (name === "tags" ? "tag" : name.replaceAll("_", "-"));

/** Reads the options once. Throws UsageError. */
export function plannedImage(options: ImageOptions): PlannedImage {
  const { id, store, stage = false, partSize, inspect = true, property, ...others } = options;
  if (store !== undefined && stage)
    throw new UsageError("--store and --stage: the import of staged data says where it goes");
  const partBytes = partSize === undefined ? undefined : parseBytes(partSize, "--part-size");
  const properties = property === undefined ? undefined : parseProperties(property);
  const attributes = attributesOf(others);
  const signing = signingOf(options);
  const named = Object.entries(attributes).map(([name, value]) => [asOption(name), value]);
  return {
    id,
    attributes: { ...properties, ...attributes },
    diskFormat: options.diskFormat,
    containerFormat: options.containerFormat,
    store,
    stage,
    inspect,
    signing,
    partBytes,
    said: {
      ...rememberedSigning(signing),
      ...Object.fromEntries(named),
      ...(properties === undefined ? {} : { property: properties }),
      ...(id === undefined ? {} : { id }),
      ...(store === undefined ? {} : { store }),
      ...(stage ? { stage } : {}),
      ...(partBytes === undefined ? {} : { "part-size": partBytes }),
    },
  };
}

/** Throws UsageError when something else is said of the image than when its upload was begun; nothing said is the same. */
export function assertSame({ said }: PlannedImage, begunWith: JsonObject): void {
  const changed = Object.keys(said).find(
    (name) => !isDeepStrictEqual(ownValue(said, name), ownValue(begunWith, name)),
  );
  if (changed !== undefined) throw new UsageError(`--${changed} cannot be changed when an upload goes on`);
}
