import { createHash } from "node:crypto";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { StoredPart } from "../../ports/presigning-store.ts";
import { allParts } from "../transfers/all-parts.ts";

/** The upload that the bytes go to. */
export interface StreamedUpload {
  readonly target: Pick<CopyTarget, "listParts" | "sendPart">;
  readonly key: string;
  readonly uploadId: string;
  /** More bytes than this are a failure. */
  readonly most?: number;
}

/**
 * Sends parts while the next one is filled: two are in memory. What is there with the same bytes is not sent again.
 * `requireOurs` throws where somebody else has the upload by now; asked before each part.
 */
export async function partSender(
  { target, key, uploadId }: StreamedUpload,
  requireOurs: () => void = () => {},
) {
  const there = new Map((await allParts(target, key, uploadId)).map((part) => [part.number, part]));
  const parts: StoredPart[] = [];
  let sending: Promise<void> = Promise.resolve();
  let stored = 0;
  const send = async (number: number, bytes: Uint8Array) => {
    const before = there.get(number);
    const isSame =
      before?.size === bytes.length && before.etag === createHash("md5").update(bytes).digest("hex");
    requireOurs();
    const etag = isSame ? before.etag : await target.sendPart(key, uploadId, number, bytes);
    if (!isSame) stored++;
    parts.push({ number, size: bytes.length, etag });
  };
  return {
    add: async (bytes: Uint8Array): Promise<void> => {
      await sending;
      sending = send(parts.length + 1, bytes);
      // Awaited by the next one, or at the end: until then a failure is nobody's unhandled one.
      sending.catch(() => undefined);
    },
    /** `stored`: how many of them were not there before. */
    end: async () => {
      await sending;
      return { parts, stored };
    },
  };
}
