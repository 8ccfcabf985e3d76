import { type Checksum, checksumOf } from "../imports/checksum.ts";

/** `HEX  NAME` and `HEX *NAME` of coreutils. */
const coreutils = /^\\?([0-9a-f]{32,128}) [ *](.+)$/i;
/** `SHA256 (NAME) = HEX` of BSD, which Fedora and Rocky publish. */
const bsd = /^([A-Za-z0-9-]+) \((.+)\) = ([0-9a-f]{32,128})$/i;

/** The last part of a path, without what a publisher may put before it. */
const baseOf = (name: string): string => name.trim().split("/").at(-1) ?? "";

/** The checksum of a file's name in what a publisher lists; undefined where it is not listed, or twice with two hashes. */
export function listedChecksum(text: string, name: string): Checksum | undefined {
  const found = new Map<string, Checksum>();
  for (const line of text.split(/\r?\n/)) {
    const [, hex, listed] = coreutils.exec(line.trimEnd()) ?? [];
    const [, kind, bsdListed, bsdHex] = bsd.exec(line.trim()) ?? [];
    if (baseOf(listed ?? bsdListed ?? "") !== name) continue;
    const checksum = checksumOf(hex ?? `${kind}:${bsdHex}`);
    // Of several kinds the longest one counts.
    if (checksum) found.set(checksum.value, checksum);
  }
  const all = [...found.values()].sort((a, b) => b.value.length - a.value.length);
  const [best, next] = all;
  return best && next?.value.length === best.value.length ? undefined : best;
}

/** The one hash that is all of a file, with or without a name behind it. */
export const onlyChecksum = (text: string): Checksum | undefined =>
  /^\S+([ \t]+\S+)?$/.test(text.trim()) ? checksumOf(text.trim().split(/\s/)[0] ?? "") : undefined;
