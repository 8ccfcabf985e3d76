import type { PresigningStore } from "../../images/ports/presigning-store.ts";

/** Where copies lie: parts come through here, one by one, and each is checked by its MD5 on the way. */
export interface CopyStore
  extends Pick<
    PresigningStore,
    | "createUpload"
    | "listParts"
    | "completeUpload"
    | "abortUpload"
    | "put"
    | "head"
    | "delete"
    | "signDownload"
  > {
  /** Stores one part, 1 to 10,000, in place of one of this number that is there. Returns its ETag. Throws UploadGone. */
  sendPart(key: string, uploadId: string, number: number, bytes: Uint8Array): Promise<string>;
}
