/** A hash that bytes of a publisher must have. */
export interface Checksum {
  readonly algorithm: string;
  /** Hex, lower case. */
  readonly value: string;
}

/** By the number of hex digits: those that the service compares. */
const algorithms: ReadonlyMap<number, string> = new Map([
  [32, "md5"],
  [56, "sha224"],
  [64, "sha256"],
  [96, "sha384"],
  [128, "sha512"],
]);

/** `sha256:HEX`, or a hash alone, whose length says what it is; undefined for anything else. */
export function checksumOf(text: string): Checksum | undefined {
  const [, named, value = ""] = /^(?:([a-z0-9-]+):)?([0-9a-f]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const algorithm = algorithms.get(value.length);
  if (algorithm === undefined || (named !== undefined && named.replace("-", "") !== algorithm))
    return undefined;
  return { algorithm, value };
}

const isSha1 = (text: string): boolean => /^(sha-?1:)?[0-9a-f]{40}$/i.test(text.trim());

/** What stands behind "must be" for text that is no such checksum. */
export const expectedInstead = (text: string): string =>
  isSha1(text)
    ? "an MD5, SHA-224, SHA-256, SHA-384 or SHA-512 (no image service compares a SHA-1)"
    : "like sha256:HEX, or a hash of another kind";

export const checksumText = ({ algorithm, value }: Checksum): string => `${algorithm}:${value}`;
