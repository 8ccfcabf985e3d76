import { createHash } from "node:crypto";
import type { NamespaceBase } from "../openstack/namespace-definitions.ts";

/** File systems take 255 bytes; the suffixes need some. */
const MAX_BYTES = 200;
const DIGEST_CHARACTERS = 12;

/** Letters and digits of any script, as upstream's exporter keeps them (`[\W_]+` falls away), as many as a file's name holds. */
function plain(text: string): string {
  let bytes = 0;
  let kept = "";
  for (const character of text.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "")) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) break;
    kept += character;
  }
  return kept;
}

const digest = (namespace: string): string =>
  createHash("sha256").update(namespace).digest("hex").slice(0, DIGEST_CHARACTERS);

/**
 * A file name for each namespace, all of them different even where a file system ignores case: upstream's exporter's,
 * which is the display name, where no other one has the same, else with a digest of the namespace's name. The same
 * catalogue gives the same names.
 */
export function exportNames(namespaces: readonly NamespaceBase[]): ReadonlyMap<string, string> {
  const stems = new Map(
    namespaces.map(({ namespace, display_name }) => [
      namespace,
      plain(display_name ?? "") || plain(namespace) || "namespace",
    ]),
  );
  const counts = new Map<string, number>();
  const sameOnDisk = (stem: string) => stem.normalize("NFKC").toLowerCase();
  for (const stem of stems.values()) {
    counts.set(sameOnDisk(stem), (counts.get(sameOnDisk(stem)) ?? 0) + 1);
  }
  const named = [...stems].map(([namespace, stem]): [string, string] => {
    const isAlone = counts.get(sameOnDisk(stem)) === 1;
    return [namespace, isAlone ? `${stem}.json` : `${stem}-${digest(namespace)}.json`];
  });
  return new Map(named);
}
