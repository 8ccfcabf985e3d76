import { BlobStoreFailed } from "../../ports/blob-store.ts";
import type { SwiftClient } from "./swift-client.ts";

/** Of a manifest, as Swift gives it. */
interface Entry {
  readonly name: string;
  readonly hash: string;
  readonly bytes: number;
  readonly content_type?: string;
  readonly sub_slo?: boolean;
}

/** Manifests of manifests of manifests have more parts than any image. */
const MOST_LEVELS = 4;

const withoutSlash = (name: string): readonly string[] => {
  const [container = "", ...object] = name.replace(/^\//, "").split("/");
  return [container, object.join("/")];
};

/** A manifest's own length says nothing of the bytes that it stands for, which are in its type. */
const lengthOf = ({ sub_slo, bytes, content_type }: Entry): number =>
  Number((sub_slo && /swift_bytes=(\d+)/.exec(content_type ?? "")?.[1]) || bytes);

/**
 * The first segment of a static large object within a range of its bytes that is not there any more, or is another one
 * than its manifest says, in words; undefined: all are there. Swift has no answer of its own for it: it refuses a read that
 * begins with such a segment (409), breaks one off that comes to it, and says of the object that all is well. Asks for
 * each segment of the range by itself.
 */
export async function lostSegment(
  client: SwiftClient,
  path: readonly string[],
  { offset, length }: { readonly offset: number; readonly length: number },
  level = 1,
): Promise<string | undefined> {
  const ask = (method: "GET" | "HEAD", of: readonly string[], query = {}) =>
    client({ what: "look at the segments of an object", method, path: of, query, answers: [404] });
  const manifest = await ask("GET", path, { "multipart-manifest": "get" });
  if (manifest.status === 404) return `${path.join("/")} is not there`;
  const entries: readonly Entry[] = JSON.parse(Buffer.from(manifest.body).toString());
  let begin = 0;
  for (const entry of entries) {
    const [from, size] = [begin, lengthOf(entry)];
    begin += size;
    if (begin <= offset || from >= offset + length) continue;
    const segment = withoutSlash(entry.name);
    if (entry.sub_slo) {
      if (level >= MOST_LEVELS)
        throw new BlobStoreFailed("The object's manifests name each other too deeply.");
      const lost = await lostSegment(client, segment, { offset: offset - from, length }, level + 1);
      if (lost !== undefined) return lost;
      continue;
    }
    const { status, headers } = await ask("HEAD", segment);
    if (status === 404) return `${entry.name} is not there`;
    const etag = (headers.get("etag") ?? "").replaceAll('"', "");
    if (etag !== entry.hash || Number(headers.get("content-length")) !== entry.bytes)
      return `${entry.name} is not what it was`;
  }
  return undefined;
}
