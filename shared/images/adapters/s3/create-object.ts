import { setTimeout as sleep } from "node:timers/promises";
import { BlobStoreFailed } from "../../ports/blob-store.ts";

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 100;

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/**
 * A write with `If-None-Match: *`, whose result is undefined when an object of this key is there already (412).
 * S3 answers 409 ConditionalRequestConflict while another write of the key is under way, or when a deletion of it came in
 * between (S3 user guide, "Conditional writes"; S3 API reference, PutObject and CompleteMultipartUpload), and the SDK does
 * not repeat that. Here it is repeated for some three seconds: then the other write is done, which the repetition finds
 * as 412, or as an upload that is gone. Throws BlobStoreFailed when it never ends, and whatever else `write` throws.
 */
export async function createObject<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (isNamed(error, "PreconditionFailed")) return undefined;
      if (!isNamed(error, "ConditionalRequestConflict")) throw error;
      if (attempt === ATTEMPTS) {
        throw new BlobStoreFailed("Another write of the same object is under way; try again later.", {
          cause: error,
        });
      }
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}
