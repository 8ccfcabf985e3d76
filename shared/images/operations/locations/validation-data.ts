import { BadRequest, Conflict } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";

/** What whoever registers a place says of its bytes; all in hex. */
export interface ValidationData {
  readonly checksum?: string;
  readonly os_hash_algo?: string;
  readonly os_hash_value?: string;
}

const lengths: ReadonlyMap<string, number> = new Map([
  ["md5", 32],
  ["sha1", 40],
  ["sha256", 64],
  ["sha512", 128],
]);

export const isHex = (text: string, length: number): boolean =>
  text.length === length && /^[0-9a-f]*$/i.test(text);

/** A hash that can be compared here. Throws BadRequest for another form, and for algorithms that are not computed here. */
export function checkedHash({ os_hash_algo = "", os_hash_value = "" }: ValidationData): void {
  const length = lengths.get(os_hash_algo);
  if (length === undefined || !isHex(os_hash_value, length))
    throw new BadRequest(
      `os_hash_value is no value of ${os_hash_algo}: expected ${length ?? 0} hexadecimal digits.`,
    );
  if (os_hash_algo !== "sha512" && os_hash_algo !== "md5")
    throw new BadRequest(
      `os_hash_algo ${os_hash_algo} is not computed here: send the value of sha512 or md5.`,
    );
}

const names = ["checksum", "os_hash_algo", "os_hash_value"] as const;

/**
 * What a PATCH of locations newly says of an image's bytes: nothing that is said already. Glance's order and codes:
 * Conflict for values that contradict each other or the image, for new ones of an image that is not queued, and for what
 * is no hash of the image's algorithm.
 */
export function newValidationData(image: Image, given: readonly ValidationData[]): ValidationData {
  const said = new Map<(typeof names)[number], string>();
  for (const data of given)
    for (const name of names) {
      const value = data[name];
      if (value === undefined) continue;
      if ((said.get(name) ?? value) !== value) throw new Conflict(`Conflicting values for ${name}`);
      said.set(name, value);
    }
  for (const [name, value] of said) {
    const current = image[name];
    if (current !== null && current !== value)
      throw new Conflict(`${name} is already set with a different value`);
    if (current === value) said.delete(name);
  }
  if (said.size === 0) return {};
  if (image.status !== "queued")
    throw new Conflict(
      `New value(s) for ${[...said.keys()].join(", ")} may only be provided when image status is 'queued'`,
    );
  const { checksum, os_hash_algo, os_hash_value } = Object.fromEntries(said) as ValidationData;
  if (checksum !== undefined && !isHex(checksum, 32))
    throw new Conflict("checksum is not a hexadecimal value of 16 bytes");
  if (os_hash_algo !== undefined && os_hash_algo !== "sha512")
    throw new Conflict("os_hash_algo must be sha512");
  if (os_hash_value !== undefined && !isHex(os_hash_value, 128))
    throw new Conflict("os_hash_value is not a hexadecimal value of the right length");
  return {
    ...(checksum !== undefined && { checksum: checksum.toLowerCase() }),
    ...(os_hash_algo !== undefined && { os_hash_algo }),
    ...(os_hash_value !== undefined && { os_hash_value: os_hash_value.toLowerCase() }),
  };
}
