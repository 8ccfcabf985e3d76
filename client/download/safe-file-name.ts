import type { Image } from "../openstack/image-service.ts";

/** File systems take 255 bytes; the temporary file's name is longer by some. */
const MAX_BYTES = 200;

/** Not more than so many bytes of UTF-8, whole characters. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

/**
 * The image's name as that of a file in a folder: names come from anybody, so nothing of one may lead out of the folder,
 * hide the file or steer a terminal. The id where nothing is left of the name.
 */
export function safeFileName({ id, name }: Pick<Image, "id" | "name">): string {
  const plain = (name ?? "")
    .replace(/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}]/gu, "_")
    .replace(/^[.\s-]+/, (start) => "_".repeat(start.length))
    .trimEnd();
  return /[^_.\s]/u.test(plain) ? cut(plain, MAX_BYTES) : id;
}
