import { createHash } from "node:crypto";
import { PartsRefused } from "../../ports/presigning-store.ts";
import type { Segment } from "./part-segments.ts";
import type { SwiftClient } from "./swift-client.ts";

/** Not Swift's own default: clients of images take no other type for their data. */
export const CONTENT_TYPE = "application/octet-stream";

interface Entry {
  readonly path: string;
  readonly etag: string;
  readonly size_bytes: number;
}

interface ObjectMade {
  readonly container: string;
  readonly key: string;
  /** The container of the segments. */
  readonly from: string;
  readonly segments: readonly Segment[];
  readonly segmentsPerManifest: number;
}

/** A large object's own ETag is the MD5 of those of its segments (Swift API, "Large objects"). */
const etagOf = (entries: readonly Entry[]): string =>
  createHash("md5")
    .update(entries.map(({ etag }) => etag).join(""))
    .digest("hex");

/** Static large objects: an object made of segments is one manifest, which names each with its ETag and size. */
export function manifests(client: SwiftClient) {
  async function put(
    path: readonly [string, string],
    entries: readonly Entry[],
    headers = {},
  ): Promise<number> {
    const { status, body } = await client({
      what: "complete an upload",
      method: "PUT",
      path,
      query: { "multipart-manifest": "put" },
      headers: { "Content-Type": CONTENT_TYPE, ...headers },
      body: Buffer.from(JSON.stringify(entries)),
      answers: [400, 409, 412],
      takes: "completeMs",
    });
    if (status === 400 || status === 409) {
      const cause = Buffer.from(body.subarray(0, 1000)).toString();
      throw new PartsRefused("The stored parts do not make the object: one is missing or changed.", {
        cause,
      });
    }
    return status;
  }

  const headOf = (container: string, key: string) =>
    client({ what: "look at an object", method: "HEAD", path: [container, key], answers: [404] });
  const isManifest = (headers: Headers) => /^true$/i.test(headers.get("x-static-large-object") ?? "");

  return {
    /** Whether it is there, and made of segments. */
    async isLarge(container: string, key: string): Promise<boolean> {
      const { status, headers } = await headOf(container, key);
      return status !== 404 && isManifest(headers);
    },

    /**
     * Makes the object in one step, of as many segments as there are: one manifest names 1,000 at most, so that
     * longer ones name manifests, which lie with the segments. False: an object was there, and is as it was.
     * Throws PartsRefused when a segment is not as the manifest says.
     */
    async write({ container, key, from, segments, segmentsPerManifest }: ObjectMade): Promise<boolean> {
      let entries: Entry[] = segments.map(({ name, etag, size }) => ({
        path: `/${from}/${name}`,
        etag,
        size_bytes: size,
      }));
      for (let level = 1; entries.length > segmentsPerManifest; level++) {
        const longer: Entry[] = [];
        for (let begin = 0; begin < entries.length; begin += segmentsPerManifest) {
          const some = entries.slice(begin, begin + segmentsPerManifest);
          const name = `manifest-${level}-${begin / segmentsPerManifest}`;
          await put([from, name], some);
          const size_bytes = some.reduce((sum, entry) => sum + entry.size_bytes, 0);
          longer.push({ path: `/${from}/${name}`, etag: etagOf(some), size_bytes });
        }
        entries = longer;
      }
      // 202: what was written at the same moment is newer and stays.
      return (await put([container, key], entries, { "If-None-Match": "*" })) === 201;
    },

    /** The containers that an object's segments lie in; none for one without segments, or that is not there. */
    async containersOf(container: string, key: string): Promise<ReadonlySet<string>> {
      const [what, path] = ["look at an object", [container, key]] as const;
      const head = await headOf(container, key);
      if (head.status === 404 || !isManifest(head.headers)) return new Set();
      const query = { "multipart-manifest": "get" };
      const { status, body } = await client({ what, method: "GET", path, query, answers: [404] });
      if (status === 404) return new Set();
      const entries: { readonly name: string }[] = JSON.parse(Buffer.from(body).toString());
      return new Set(entries.map(({ name }) => name.split("/")[1] ?? ""));
    },
  };
}
