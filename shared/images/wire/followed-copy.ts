import { MAX_PARTS } from "../../aws/multipart-limits.ts";
import { BadRequest } from "../../errors.ts";
import type { ApiResponse } from "../../http/api-request.ts";
import type { CopyProgress, ServedCopy } from "../ports/cached-data.ts";

/** Sent by readers who can follow a copy while it is being made: how many pieces they have. */
const FOLLOW = "x-image-follow-copy";

/** Undefined for all other readers. Throws BadRequest. */
export function followedFrom(headers: ReadonlyMap<string, string>): number | undefined {
  const text = headers.get(FOLLOW);
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > MAX_PARTS)
    throw new BadRequest(`X-Image-Follow-Copy is the number of pieces that are there already, from 0 on.`);
  return Number(text);
}

/** 202 with the pieces while the copy is being made, then the usual redirect, with the hash of the whole. */
export function followAnswer(followed: CopyProgress | ServedCopy): ApiResponse {
  if ("url" in followed) {
    const { url, sha512 } = followed;
    return { status: 302, headers: { Location: url, ...(sha512 !== null && { "X-Image-Sha512": sha512 }) } };
  }
  return { status: 202, headers: { "Retry-After": "2", "Cache-Control": "no-store" }, body: followed };
}
