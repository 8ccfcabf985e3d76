import { BlobMissing } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { type PresigningStore, UploadGone } from "../../ports/presigning-store.ts";
import { type SwiftBlobStoreWiring, swiftBlobStore } from "./blob-store.ts";
import { segmentName } from "./part-segments.ts";
import { escapedPath, swiftClient } from "./swift-client.ts";
import { uploadContainer, uploadContainers } from "./upload-containers.ts";

interface Place {
  readonly account: unknown;
  readonly container: string;
}

/** Where the stores that were made here have their objects: a copy needs to know it of the other one. */
const places = new WeakMap<object, Place>();

export interface SwiftCopyTargetWiring extends SwiftBlobStoreWiring {
  /** The account in which the container lies, the same value for all containers of one that are reached with one login. */
  readonly account: unknown;
}

/**
 * A container that takes copies, by Swift itself (X-Copy-From with a range) where the source lies in the same account. A
 * large object that named the source's segments would cost nothing, and be lost with them: it would be no copy.
 */
export function swiftCopyTarget(wiring: SwiftCopyTargetWiring): PresigningStore & CopyTarget {
  const { account, container } = wiring;
  const client = swiftClient(wiring.login, wiring.waits);
  const uploads = uploadContainers(client);
  const knownPlace = (source: object): Place | undefined => {
    const place = places.get(source);
    return place?.account === account ? place : undefined;
  };
  const target: PresigningStore & CopyTarget = {
    ...swiftBlobStore(wiring),
    canCopyFrom: (source) => knownPlace(source) !== undefined,
    copyPart: async (source, { key, uploadId, number }, { offset, length }) => {
      const place = knownPlace(source.store);
      if (!place) return false;
      const name = uploadContainer(container, key, uploadId);
      const { status } = await client({
        what: "copy a part",
        method: "PUT",
        path: [name, segmentName(number, length)],
        headers: {
          "X-Copy-From": `/${escapedPath([place.container, source.key])}`,
          Range: `bytes=${offset}-${offset + length - 1}`,
          "X-Fresh-Metadata": "true",
        },
        takes: "copyMs",
        // 403 and 501: a cluster that lets nobody copy, or cannot.
        answers: [403, 404, 501],
      });
      if (status === 404) {
        // Swift says the same of a source and of an upload that is not there.
        if ((await uploads.state(name)) !== "open") throw new UploadGone("copy a part");
        throw new BlobMissing("There is no such object.");
      }
      return status !== 403 && status !== 501;
    },
  };
  places.set(target, { account, container });
  return target;
}
