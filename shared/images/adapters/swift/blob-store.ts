import { createHash } from "node:crypto";
import { BlobMissing, type BlobStore, BlobStoreFailed } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { PartsRefused, type PresigningStore, UploadGone } from "../../ports/presigning-store.ts";
import { readInRanges } from "../streams/read-in-ranges.ts";
import { writeInParts } from "../streams/write-in-parts.ts";
import type { SwiftWaits } from "./bounded-exchange.ts";
import { chooseSegments } from "./choose-segments.ts";
import { type ContainerOptions, imageContainer } from "./image-container.ts";
import { lostSegment } from "./lost-segment.ts";
import { CONTENT_TYPE, manifests } from "./manifests.ts";
import { type Segment, segmentName } from "./part-segments.ts";
import { type SignedUrlsWiring, signedUrls } from "./signed-urls.ts";
import { swiftClient } from "./swift-client.ts";
import { isUploadContainer, partKey, uploadContainer, uploadContainers } from "./upload-containers.ts";

/**
 * The cluster needs the middlewares tempurl and slo. Its tempurl should remove `x-delete-*` from what comes
 * (incoming_remove_headers): by these, whoever uploads a part could have it expire.
 */
export interface SwiftBlobStoreWiring extends SignedUrlsWiring, ContainerOptions {
  /** For tests. */
  readonly waits?: SwiftWaits;
}

const unquoted = (etag: string | null): string => (etag ?? "").replaceAll('"', "");

/**
 * Image bytes in one container of OpenStack Swift. An upload is a container of its own, a part an object in it, and the
 * object a static large object of these. Part URLs are void as soon as the upload is completed or aborted; a PUT that
 * began before and ends after it can damage the object, which reads then refuse by the ETags, but never alter it unseen.
 */
export function swiftBlobStore(wiring: SwiftBlobStoreWiring): PresigningStore & Pick<CopyTarget, "sendPart"> {
  const { login, container, madeBy, allowedOrigins } = wiring;
  const client = swiftClient(login, wiring.waits);
  const place = imageContainer(client, wiring);
  const uploads = uploadContainers(client);
  const objects = manifests(client);
  const { secret, cluster, accountKey, sign } = signedUrls(client, wiring);
  const nameOf = (key: string, uploadId: string) => uploadContainer(container, key, uploadId);

  async function allSegments(name: string): Promise<readonly Segment[]> {
    const all: Segment[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { segments, next }: { segments: Segment[]; next?: number } = await uploads.segments(name, after);
      all.push(...segments);
      after = next;
    }
    return all;
  }

  const isOf = async (key: string, name: string): Promise<boolean> =>
    (await objects.containersOf(container, key)).has(name);

  const remove = (key: string) =>
    client({ what: "delete an object", method: "DELETE", path: [container, key], answers: [404] });

  const head: BlobStore["head"] = async (key) => {
    const answer = await client({
      what: "look at an object",
      method: "HEAD",
      path: [container, key],
      answers: [404],
    });
    if (answer.status === 404) {
      await place.require();
      return undefined;
    }
    const { headers } = answer;
    const modified = Date.parse(headers.get("last-modified") ?? "");
    return {
      size: Number(headers.get("content-length")),
      etag: unquoted(headers.get("etag")),
      ...(Number.isNaN(modified) ? {} : { modifiedAt: new Date(modified).toISOString() }),
    };
  };

  /** What a read says that has failed: BlobMissing where a segment of it is lost, else what it has failed of. */
  async function failureOf(failure: unknown, key: string, offset: number, length: number): Promise<unknown> {
    if (!(await objects.isLarge(container, key).catch(() => false))) return failure;
    const lost = await lostSegment(client, [container, key], { offset, length }).catch(() => undefined);
    if (lost === undefined) return failure;
    return new BlobMissing(`A part of the object is lost: ${lost}.`, { cause: failure });
  }

  const read: BlobStore["read"] = async (key, offset, length) => {
    if (length <= 0) return new Uint8Array();
    const { status, body } = await client({
      what: "read an object",
      method: "GET",
      path: [container, key],
      headers: { Range: `bytes=${offset}-${offset + length - 1}` },
      answers: [404, 409, 416],
      // A refusal has a text, which may be longer.
      maxBytes: Math.max(length, 65_536),
    }).catch(async (failure: unknown) => {
      // Broken off, again and again.
      const isBroken = failure instanceof Error && failure.cause instanceof TypeError;
      throw isBroken ? await failureOf(failure, key, offset, length) : failure;
    });
    if (status === 409) {
      const refusal = new BlobStoreFailed("The image store refuses a read as one of a damaged object.");
      throw await failureOf(refusal, key, offset, length);
    }
    if (status === 404) {
      await place.require();
      throw new BlobMissing("There is no such object.");
    }
    if (status === 416) return new Uint8Array();
    return status === 206 ? body : body.subarray(offset, offset + length);
  };

  const sendPart: CopyTarget["sendPart"] = async (key, uploadId, number, bytes, _, known) => {
    const md5 = known ?? createHash("md5").update(bytes).digest("hex");
    const { status } = await client({
      what: "store a part",
      method: "PUT",
      path: [nameOf(key, uploadId), segmentName(number, bytes.length)],
      headers: { ETag: md5 },
      body: bytes,
      answers: [404],
    });
    if (status === 404) throw new UploadGone("store a part");
    return md5;
  };

  const store: PresigningStore & Pick<CopyTarget, "sendPart"> = {
    sendPart,

    createUpload: async (key) => {
      await place.ready();
      return uploads.create(key, { container, secret: await secret(), madeBy, allowedOrigins });
    },

    signPart: async (key, uploadId, number, size, expiresInSeconds) => {
      const name = nameOf(key, uploadId);
      const path = [name, segmentName(number, size)] as const;
      return sign("PUT", path, partKey(await secret(), name), expiresInSeconds);
    },

    listParts: async (key, uploadId, after) => {
      const { segments, next } = await uploads.segments(nameOf(key, uploadId), after);
      const parts = segments.map(({ number, size, etag }) => ({ number, size, etag }));
      return next === undefined ? { parts } : { parts, next };
    },

    completeUpload: async (key, uploadId, parts) => {
      const from = nameOf(key, uploadId);
      const { segmentsPerManifest } = await cluster();
      const make = async (): Promise<boolean> => {
        const segments = await chooseSegments(() => allSegments(from), parts);
        await uploads.seal(from);
        return objects.write({ container, key, from, segments, segmentsPerManifest });
      };
      const isMade = await make().catch(async (error: unknown) => {
        if (error instanceof PartsRefused) {
          const state = await uploads.state(from);
          // Its parts are being deleted: it is no fault of theirs.
          if (state === "gone" || state === "aborted") throw new UploadGone("complete an upload");
          // The uploader may send other parts. It may have been closed by a completion before, too.
          if (state === "open") await uploads.unseal(from, await secret());
        }
        throw error;
      });
      const isOurs = await isOf(key, from);
      const state = await uploads.state(from);
      // Aborted at the same moment: its parts are being deleted, unless the object was seen before it goes here.
      if (state === "gone" || state === "aborted") {
        if (isOurs && isMade) await remove(key).then(() => uploads.remove(from));
        throw new UploadGone("complete an upload");
      }
      if (isOurs) await uploads.end(from, "completed");
    },

    abortUpload: async (key, uploadId) => {
      try {
        const name = nameOf(key, uploadId);
        await uploads.end(name, "aborted");
        // Marked first, looked at then: a completion looks for the mark after it has made the object.
        if (await isOf(key, name)) await uploads.end(name, "completed");
        else await uploads.remove(name);
      } catch (error) {
        if (!(error instanceof UploadGone)) throw error;
      }
    },

    put: async (key, bytes) => {
      await place.ready();
      const md5 = createHash("md5").update(bytes).digest("hex");
      const { status } = await client({
        what: "store an object",
        method: "PUT",
        path: [container, key],
        headers: { "Content-Type": CONTENT_TYPE, ETag: md5, "If-None-Match": "*" },
        body: bytes,
        answers: [412],
      });
      if (status === 201) return md5;
      const stored = await head(key);
      if (!stored) throw new BlobStoreFailed("The object was deleted while it was stored; try again later.");
      return stored.etag;
    },

    write: (key, bytes, size) => writeInParts(store, key, bytes, size),

    head,

    read,

    readStream: (key, range) => readInRanges(read, key, range),

    signDownload: async (key, expiresInSeconds) =>
      // By the account's key: that of a container opens no segments, which lie in another one.
      sign("GET", [container, key], await accountKey(), expiresInSeconds),

    // The object last: who repeats a deletion that broke off finds by it what is left.
    delete: async (key) => {
      for (const name of await objects.containersOf(container, key))
        if (isUploadContainer(name, container, key)) await uploads.remove(name);
      if ((await remove(key)).status === 404) await place.require();
    },
  };
  return store;
}
