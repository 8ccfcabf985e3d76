/** A hash that bytes of a publisher must have. */
export interface Checksum {
  readonly algorithm: string;
  /** Hex, lower case. */
  readonly value: string;
}

/** By the number of hex digits. */
const algorithms: ReadonlyMap<number, string> = new Map([
  [32, "md5"],
  [40, "sha1"],
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

export const checksumText = ({ algorithm, value }: Checksum): string => `${algorithm}:${value}`;
