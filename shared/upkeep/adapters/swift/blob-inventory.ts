import { eachAtOnce } from "../../../each-at-once.ts";
import { MADE_BY } from "../../../images/adapters/swift/image-container.ts";
import type { SwiftClient } from "../../../images/adapters/swift/swift-client.ts";
import {
  isUploadContainer,
  OBJECT_KEY,
  UPLOAD_STATE,
  uploadContainer,
  uploadsPrefix,
} from "../../../images/adapters/swift/upload-containers.ts";
import { isJsonObject, type JsonObject } from "../../../json-object.ts";
import type { BlobInventory, ListedBlob, ListedUpload, UploadInventory } from "../../ports/blob-inventory.ts";

export interface SwiftInventoryWiring {
  readonly container: string;
  /** The name of this service: what has not its mark is not listed. */
  readonly madeBy: string;
  /** Of lists; for tests. */
  readonly pageSize?: number;
}

interface Listing {
  readonly entries: readonly JsonObject[];
  readonly next?: string;
}

/** Each upload of a page is asked for by itself. */
const PAGE = 100;
const AT_ONCE = 8;

const isoOf = (time: string | null): string | undefined => {
  const at = Date.parse(time ?? "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};
/** Seconds since 1970, as Swift says of when a container was made. */
const isoOfStamp = (stamp: string | null): string | undefined =>
  stamp !== null && Number(stamp) > 0 ? new Date(Number(stamp) * 1000).toISOString() : undefined;

/**
 * The objects of a container of Swift, and the containers of uploads beside it: those only that this service has made, as
 * their marks say. Lists may be late; a single object or upload is asked for by itself, which is not.
 */
export function swiftBlobInventory(
  client: SwiftClient,
  { container, madeBy, pageSize = PAGE }: SwiftInventoryWiring,
): BlobInventory & UploadInventory {
  const mark = encodeURIComponent(madeBy);

  /** A page, and the place to go on from where there is more. */
  async function listing(path: readonly string[], query: Readonly<Record<string, string>>): Promise<Listing> {
    const answer = await client({
      ...{ what: "list a container", method: "GET", path, answers: [404] },
      query: { format: "json", limit: String(pageSize + 1), ...query },
    });
    if (answer.status !== 200) return { entries: [] };
    const found: unknown = JSON.parse(Buffer.from(answer.body).toString());
    const all = Array.isArray(found) ? found.filter(isJsonObject) : [];
    const entries = all.slice(0, pageSize);
    return all.length > pageSize ? { entries, next: String(entries.at(-1)?.name) } : { entries };
  }
  const headOf = async (path: readonly string[]) => {
    const answer = await client({ what: "look at what is listed", method: "HEAD", path, answers: [404] });
    return answer.status === 404 ? undefined : answer.headers;
  };
  const isOwn = (headers: Headers | undefined) => headers?.get(MADE_BY) === mark;

  /** One of this service's uploads that is not completed. Of an aborted one something is left over. */
  function uploadOf(name: string, headers: Headers | undefined): ListedUpload | undefined {
    const key = decodeURIComponent(headers?.get(OBJECT_KEY) ?? "");
    const isCompleted = headers?.get(UPLOAD_STATE) === "completed";
    if (!headers || !isOwn(headers) || isCompleted || !isUploadContainer(name, container, key))
      return undefined;
    const startedAt = isoOfStamp(headers.get("x-timestamp"));
    return { key, uploadId: name.slice(-32), ...(startedAt !== undefined && { startedAt }) };
  }

  return {
    listBlobs: async (after = "") => {
      if (!isOwn(await headOf([container]))) return { blobs: [] };
      const { entries, ...next } = await listing([container], { marker: after });
      const blobs = entries.map(({ name, bytes, last_modified }): ListedBlob => {
        // Without a zone in lists, where it is UTC.
        const modifiedAt = isoOf(`${last_modified}Z`);
        return { key: String(name), size: Number(bytes), ...(modifiedAt !== undefined && { modifiedAt }) };
      });
      return { blobs, ...next };
    },

    findBlob: async (key) => {
      const headers = isOwn(await headOf([container])) ? await headOf([container, key]) : undefined;
      if (!headers) return undefined;
      const modifiedAt = isoOf(headers.get("last-modified"));
      const size = Number(headers.get("content-length"));
      return { key, size, ...(modifiedAt !== undefined && { modifiedAt }) };
    },

    listUploads: async (after = "") => {
      const { entries, ...next } = await listing([], { prefix: uploadsPrefix(container), marker: after });
      const found = new Map<string, ListedUpload>();
      await eachAtOnce(entries, AT_ONCE, async ({ name }) => {
        const upload = uploadOf(String(name), await headOf([String(name)]));
        if (upload) found.set(String(name), upload);
        return true;
      });
      const uploads = entries.flatMap(({ name }) => found.get(String(name)) ?? []);
      return { uploads, ...next };
    },

    findUpload: async (key, uploadId) => {
      const name = uploadContainer(container, key, uploadId);
      return uploadOf(name, await headOf([name]));
    },
  };
}
