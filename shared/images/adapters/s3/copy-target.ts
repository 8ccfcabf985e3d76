import { type S3Client, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { type BlobStore, BlobStoreFailed } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import { type S3StoreOptions, s3BlobStore } from "./blob-store.ts";
import { isNamed, translateErrors } from "./translate-errors.ts";

interface Place {
  readonly service: unknown;
  readonly bucket: string;
}

/** Where the stores that were made here have their objects: a copy needs to know it of the other one. */
const places = new WeakMap<object, Place>();

/** Remembers a store's bucket, and on which S3 it lies: buckets of one S3 can be copied between. */
export const rememberPlace = (store: object, place: Place): void => {
  places.set(store, place);
};

export const rememberedPlace = (store: object): Place | undefined => places.get(store);

/** `CopySource` of an object: every part of its path percent-encoded (S3 API reference, UploadPartCopy). */
export const copySource = ({ bucket }: Place, key: string): string =>
  [bucket, ...key.split("/")].map(encodeURIComponent).join("/");

/** What S3 says where it may not copy, or does not know how (Swift's s3api). */
export const cannotCopy = (error: unknown): boolean => {
  const cause = error instanceof BlobStoreFailed ? error.cause : error;
  return isNamed(cause, "AccessDenied", "NotImplemented");
};

export interface CopyTargetOptions extends S3StoreOptions {
  /** The S3 on which the bucket lies, the same value for all buckets of one: AWS, or a host with its keys. */
  readonly service: unknown;
}

/** A bucket that takes copies, inside of S3 where the source lies on the same one. */
export function s3CopyTarget(
  client: S3Client,
  Bucket: string,
  { service, ...options }: CopyTargetOptions,
): PresigningStore & CopyTarget {
  const store = s3BlobStore(client, Bucket, options);
  const knownPlace = (source: BlobStore | object): Place | undefined => {
    const place = rememberedPlace(source);
    return place?.service === service ? place : undefined;
  };
  const target: PresigningStore & CopyTarget = {
    ...store,
    canCopyFrom: (source) => knownPlace(source) !== undefined,
    copyPart: async (source, { key, uploadId, number }, { offset, length }) => {
      const place = knownPlace(source.store);
      if (!place) return false;
      const command = new UploadPartCopyCommand({
        ...{ Bucket, Key: key, UploadId: uploadId, PartNumber: number },
        // Without CopySourceIfMatch, which Swift misjudges for objects of parts: keys are written once.
        CopySource: copySource(place, source.key),
        CopySourceRange: `bytes=${offset}-${offset + length - 1}`,
      });
      try {
        await translateErrors("copy a part", () => client.send(command));
        return true;
      } catch (error) {
        if (cannotCopy(error)) return false;
        throw error;
      }
    },
  };
  rememberPlace(target, { service, bucket: Bucket });
  return target;
}
