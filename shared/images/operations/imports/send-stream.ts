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

/** What is known of a part besides its bytes. */
export interface SentPart {
  /** Hex. */
  readonly md5?: Promise<string>;
  /** Called when its bytes are not needed for sending any more. */
  readonly onSent?: () => void;
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
  let sent = 0;
  const send = async (number: number, bytes: Uint8Array, offset: number, known: SentPart) => {
    const before = there.get(number);
    const md5 = known.md5 ? await known.md5 : createHash("md5").update(bytes).digest("hex");
    const isSame = before?.size === bytes.length && before.etag === md5;
    requireOurs();
    const etag = isSame ? before.etag : await target.sendPart(key, uploadId, number, bytes, offset, md5);
    if (!isSame) stored++;
    parts.push({ number, size: bytes.length, etag });
    known.onSent?.();
  };
  return {
    add: async (bytes: Uint8Array, known: SentPart = {}): Promise<void> => {
      // Awaited below, or never where an earlier part fails.
      known.md5?.catch(() => undefined);
      await sending;
      sending = send(parts.length + 1, bytes, sent, known);
      sent += bytes.length;
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
