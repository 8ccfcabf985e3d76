import type { BigIntStats } from "node:fs";
import type { StoredBlob } from "../../ports/blob-store.ts";

/** A file's mark: files have none of their own but when they were written, and how long they are. */
export const fileMark = ({ size, mtimeNs }: BigIntStats): string =>
  `${mtimeNs.toString(16)}-${size.toString(16)}`;

export const describedFile = (found: BigIntStats): StoredBlob => ({
  size: Number(found.size),
  etag: fileMark(found),
  modifiedAt: found.mtime.toISOString(),
});
