import { S3ServiceException } from "@aws-sdk/client-s3";
import { BlobMissing, BlobStoreFailed } from "../../ports/blob-store.ts";
import { PartsRefused, UploadGone } from "../../ports/presigning-store.ts";

/** Whether S3 gave one of these codes. */
export const isNamed = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** Whatever S3 still refuses after the SDK's own retries is one error of ours, with the cause. */
export async function translateErrors<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (isNamed(error, "NoSuchUpload")) throw new UploadGone(what, { cause: error });
    if (isNamed(error, "InvalidPart", "InvalidPartOrder", "EntityTooSmall")) {
      throw new PartsRefused(`The stored parts do not make the object: ${(error as Error).message}`, {
        cause: error,
      });
    }
    if (isNamed(error, "NoSuchKey")) throw new BlobMissing("There is no such object.", { cause: error });
    if (error instanceof BlobStoreFailed) throw error;
    if (error instanceof S3ServiceException && (error.$metadata.httpStatusCode ?? 500) < 500) throw error;
    throw new BlobStoreFailed(`The image store does not answer as it should (${what}); try again later.`, {
      cause: error,
    });
  }
}
