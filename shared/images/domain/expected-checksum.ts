import { BadRequest } from "../../errors.ts";
import { ownValue } from "../../own-value.ts";
import type { Image } from "./image.ts";
import type { ExpectedChecksum } from "./import-work.ts";

/** The property by which clients that know no other way name the hash that imported bytes must have. */
export const CHECKSUM_PROPERTY = "import_checksum";

/** Hex digits of each algorithm's hashes. */
const digits: ReadonlyMap<string, number> = new Map([
  ["md5", 32],
  ["sha224", 56],
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

const algorithmFor = (length: number): string | undefined =>
  [...digits].find(([, count]) => count === length)?.[0];

/**
 * Reads a checksum as publishers write it: `sha256:HEX`, or the hash alone, whose length tells what it is. Throws
 * BadRequest.
 */
export function parseChecksum(text: string): ExpectedChecksum {
  const [, name, value = ""] = /^(?:([a-z0-9-]+):)?([0-9a-f]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const algorithm = name?.replace("-", "") ?? algorithmFor(value.length);
  if (algorithm === undefined || digits.get(algorithm) !== value.length)
    throw new BadRequest(
      `The checksum must be like sha256:HEX, with the hex digits of a ${[...digits.keys()].join(", ")} hash.`,
    );
  return { algorithm: algorithm as ExpectedChecksum["algorithm"], value };
}

/**
 * The hash that imported bytes must have: of the request's `method.checksum`, or else of the image's property. Undefined
 * where nobody has named one. Throws BadRequest.
 */
export function expectedChecksum(
  { properties }: Pick<Image, "properties">,
  named: string | undefined,
): ExpectedChecksum | undefined {
  const text = named ?? ownValue(properties, CHECKSUM_PROPERTY) ?? undefined;
  return text === undefined ? undefined : parseChecksum(text);
}
