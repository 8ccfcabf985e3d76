import { createHash, randomBytes } from "node:crypto";
import type { ImageClient } from "../runtime/image-client.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 64 * MIB;

export interface LargeTransfer {
  readonly imageId: string;
  /** Path of the transfer. */
  readonly path: string;
  /** What one calculation over all bytes gives. */
  readonly hashes: { readonly checksum: string; readonly os_hash_value: string };
  /** Completes it without stated hashes, again if wanted; answers the status. */
  complete(url: string): Promise<number>;
}

/** An image whose parts are stored by presigned URLs, all bytes different, and one part of them in memory. */
export async function uploadLarge(url: string, client: ImageClient, size: number): Promise<LargeTransfer> {
  const imageId = await client.create();
  const opened = await client.fetch(`/v2/images/${imageId}/transfers`, {
    method: "POST",
    body: JSON.stringify({ size, part_size: PART_BYTES }),
  });
  if (opened.status !== 201) throw new Error(`open: ${opened.status} ${await opened.text()}`);
  const { id, token } = (await opened.json()) as { id: string; token: string };
  const path = `/v2/images/${imageId}/transfers/${id}`;
  const headers = { "X-Image-Transfer-Token": token };
  const post = (base: string, what: string, body: unknown) =>
    fetch(`${base}${path}/${what}`, { method: "POST", headers, body: JSON.stringify(body) });

  const [md5, sha512] = [createHash("md5"), createHash("sha512")];
  const part = randomBytes(PART_BYTES);
  for (let offset = 0, number = 1; offset < size; offset += PART_BYTES, number++) {
    for (let at = 0; at < PART_BYTES; at += MIB) part.writeUInt32LE((offset + at) / MIB, at);
    const bytes = part.subarray(0, Math.min(PART_BYTES, size - offset));
    md5.update(bytes);
    sha512.update(bytes);
    const signed = await post(url, "parts", { parts: [{ number, size: bytes.length }] });
    const { parts } = (await signed.json()) as { parts: { url: string }[] };
    const put = await fetch(parts[0]?.url ?? "", { method: "PUT", body: bytes });
    if (put.status !== 200) throw new Error(`part ${number}: ${put.status} ${await put.text()}`);
  }
  return {
    imageId,
    path,
    hashes: { checksum: md5.digest("hex"), os_hash_value: sha512.digest("hex") },
    complete: async (base) => (await post(base, "complete", { size })).status,
  };
}
