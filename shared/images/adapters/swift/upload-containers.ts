import { createHash, createHmac, randomBytes } from "node:crypto";
import { backoff } from "../../../aws/retry.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import { UploadGone } from "../../ports/presigning-store.ts";
import { deleteObjects } from "./delete-objects.ts";
import { type ContainerOptions, madeHeaders } from "./image-container.ts";
import { afterSegments, numberOfSegment, type Segment, segmentsOf } from "./part-segments.ts";
import type { SwiftClient } from "./swift-client.ts";

interface UploadOptions extends Pick<ContainerOptions, "container" | "madeBy" | "allowedOrigins"> {
  readonly secret: string;
}

/** Nothing: open. What came to an end stays so. */
export type UploadState = "open" | "completed" | "aborted";

export const UPLOAD_STATE = "x-container-meta-upload-state";
const KEY = "X-Container-Meta-Temp-Url-Key";
/** The key of the object that its parts are of. */
export const OBJECT_KEY = "x-container-meta-object-key";
const PAGE = 1000;
const ROUNDS = 8;

/** All containers of uploads to this container begin so. */
export const uploadsPrefix = (container: string): string => `${container}.`;

/** All containers of uploads to this key of the image container begin so. */
const prefixOf = (container: string, key: string): string =>
  `${uploadsPrefix(container)}${createHash("sha256").update(key).digest("hex").slice(0, 32)}.`;

/** Whether a container holds parts of an object of this key: no other one is ever deleted with the object. */
export const isUploadContainer = (name: string, container: string, key: string): boolean =>
  name.startsWith(prefixOf(container, key)) && /\.[0-9a-f]{32}$/.test(name);

/** The container of an upload. Throws UploadGone for an id that this adapter never gives. */
export function uploadContainer(container: string, key: string, uploadId: string): string {
  if (!/^[0-9a-f]{32}$/.test(uploadId)) throw new UploadGone("no id of an upload");
  return `${prefixOf(container, key)}${uploadId}`;
}

/**
 * The key that signs URLs of an upload's parts. It is the container's own: without it all its URLs are void at once,
 * and none of them reaches another container, not by X-Copy-From either.
 */
export const partKey = (secret: string, name: string): string =>
  createHmac("sha256", secret).update(name).digest("hex");

/** Uploads as containers: one each, which holds the parts, and after the completion the segments of the object. */
export function uploadContainers(client: SwiftClient) {
  const post = async (what: string, name: string, headers: Readonly<Record<string, string>>) => {
    const { status } = await client({ what, method: "POST", path: [name], headers, answers: [404] });
    if (status === 404) throw new UploadGone(what);
  };

  const containers = {
    async create(key: string, { container, secret, ...options }: UploadOptions): Promise<string> {
      const uploadId = randomBytes(16).toString("hex");
      const name = uploadContainer(container, key, uploadId);
      // Whoever finds the container can tell what it belongs to.
      const headers = {
        [KEY]: partKey(secret, name),
        [OBJECT_KEY]: encodeURIComponent(key),
        ...madeHeaders(options),
      };
      await client({ what: "open an upload", method: "PUT", path: [name], headers });
      return uploadId;
    },

    /** One page of parts. Throws UploadGone for an upload that is not open. */
    async segments(
      name: string,
      after = 0,
    ): Promise<{ readonly segments: Segment[]; readonly next?: number }> {
      const listing: unknown[] = [];
      let marker = afterSegments(after);
      for (;;) {
        const query = { format: "json", limit: String(PAGE), marker };
        const answer = await client({
          what: "list parts",
          method: "GET",
          path: [name],
          query,
          answers: [404],
        });
        const { status, headers, body } = answer;
        if (status === 404 || headers.get(UPLOAD_STATE)) throw new UploadGone("list parts");
        const page: { readonly name: string }[] =
          status === 204 ? [] : JSON.parse(Buffer.from(body).toString());
        listing.push(...page);
        const segments = segmentsOf(listing);
        if (page.length < PAGE) return { segments };
        marker = page.at(-1)?.name ?? "";
        // More of the last part may follow, in other sizes: the next page begins with it.
        const last = numberOfSegment(marker);
        const whole = segments.filter(({ number }) => number !== last);
        const next = whole.at(-1)?.number;
        if (next !== undefined) return { segments: whole, next };
      }
    },

    async state(name: string): Promise<UploadState | "gone"> {
      const path = [name];
      const answer = await client({ what: "look at an upload", method: "HEAD", path, answers: [404] });
      const state = answer.headers.get(UPLOAD_STATE);
      if (answer.status === 404) return "gone";
      return state === "completed" || state === "aborted" ? state : "open";
    },

    /** From here on no URL writes a part any more. Throws UploadGone. */
    seal: (name: string) => post("close an upload", name, { [KEY]: "" }),
    /** Takes parts again. */
    unseal: (name: string, secret: string) => post("open an upload", name, { [KEY]: partKey(secret, name) }),
    /** Ends the upload: it takes no parts, and is none any more. Throws UploadGone. */
    end: (name: string, state: "completed" | "aborted") =>
      post("end an upload", name, { [KEY]: "", [UPLOAD_STATE]: state }),

    /** Deletes the container and all in it. Idempotent; a PUT that ends late is deleted too. */
    async remove(name: string): Promise<void> {
      for (let round = 0; round < ROUNDS; round++) {
        await deleteObjects(client, name);
        const what = "delete an upload";
        const { status } = await client({ what, method: "DELETE", path: [name], answers: [404, 409] });
        if (status !== 409) return;
        // The container does not know yet that it is empty, or is not: listings follow objects late.
        await backoff(round + 2);
      }
      throw new BlobStoreFailed("The parts of an upload cannot be deleted now; try again later.");
    },
  };
  return containers;
}
