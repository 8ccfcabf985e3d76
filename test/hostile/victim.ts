import { isDeepStrictEqual } from "node:util";
import { dataFaults, documentFaults, type ImageDocument } from "./stored-image.ts";
import type { Outcome } from "./wire.ts";
import type { Attacker } from "./world.ts";

const UNTIL_MS = 5000;

/** The image once it is at rest: a refused upload may take a moment to make it queued again. */
async function atRest({ client }: Attacker, id: string): Promise<ImageDocument | undefined> {
  for (const end = Date.now() + UNTIL_MS; ; await new Promise((wake) => setTimeout(wake, 50))) {
    const response = await client.fetch(`/v2/images/${id}`);
    if (response.status !== 200) return undefined;
    const image = (await response.json()) as ImageDocument;
    if (!["saving", "uploading"].includes(image.status as string) || Date.now() > end) return image;
  }
}

/** All of an image but what an upload that has just been refused may still change. */
const lasting = ({ updated_at: _, ...others }: ImageDocument): ImageDocument => others;

/** After a change of metadata: refused, and the image is what it was; or taken, and it is a right image. */
export async function metadataFaults(attacker: Attacker, before: ImageDocument, { answers }: Outcome) {
  const now = await atRest(attacker, before.id as string);
  if (!now) return ["the image is gone"];
  const isTaken = answers.some(({ status }) => status < 300);
  if (!isTaken && !isDeepStrictEqual(lasting(now), lasting(before))) {
    return [`refused, but it is ${JSON.stringify(now)}`];
  }
  return documentFaults(now);
}

/**
 * After a PUT of data: refused, and the image waits for data as before; or taken, and the image has exactly these
 * `bytes` with their hashes. `bytes` undefined: the request is none that may be taken.
 */
export async function uploadFaults(
  attacker: Attacker,
  id: string,
  bytes: Uint8Array | undefined,
  { answers }: Outcome,
): Promise<string[]> {
  const image = await atRest(attacker, id);
  if (!image) return ["the image is gone"];
  const isTaken = answers.some(({ status }) => status < 300);
  if (!isTaken) {
    // The answer may be lost on the way while the upload was whole.
    const isQueued = image.status === "queued" && image.size === null;
    if (isQueued || (answers.length === 0 && bytes && image.size === bytes.length))
      return documentFaults(image);
    return [`refused, but the image is ${image.status} with ${image.size} bytes`];
  }
  if (!bytes) return [`taken: the image is ${image.status} with ${image.size} bytes`];
  const data = await attacker.client.download(id);
  const faults = [...documentFaults(image), ...dataFaults(image, data)];
  return Buffer.from(bytes).equals(data) ? faults : [...faults, `other bytes are stored (${data.length})`];
}
