import { SourceFailed } from "../../../fetch/fetch-errors.ts";
import type { FetchedAnswer, FetchRequest } from "../../../fetch/safe-fetch.ts";
import { shownUrl } from "../../../shown-url.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";

/** A fetch by the rules for foreign sources. */
export type SourceFetch = (uri: string, request: FetchRequest) => Promise<FetchedAnswer>;

/** What a source says of the object, which is how a change of it is seen. */
export interface SourceState {
  /** Bytes of the whole object, where it says so. */
  readonly size: number | undefined;
  /** Its ETag, or when it was changed last; undefined where it says neither. */
  readonly mark: string | undefined;
  readonly modifiedAt: string | undefined;
}

/** Bytes of a source, of which the first is that at `from`. */
export interface SourceRange extends SourceState {
  readonly from: number;
  readonly body: FetchedAnswer["body"];
}

/** A source that ignores ranges is read from its beginning; not for more bytes than this before the first wanted one. */
const MOST_SKIPPED_BYTES = 64 * 1024 ** 2;

/** The state that the headers of an answer tell, of which `size` is told by another header for a range. */
export function stateOf(
  headers: FetchedAnswer["headers"],
  size = headers["content-length"] ?? "",
): SourceState {
  const changed = Date.parse(headers["last-modified"] ?? "");
  return {
    size: /^\d{1,15}$/.test(size) ? Number(size) : undefined,
    mark: headers.etag?.replaceAll('"', "") ?? headers["last-modified"],
    modifiedAt: Number.isNaN(changed) ? undefined : new Date(changed).toISOString(),
  };
}

/** Asks for the bytes from `offset` up to `end`; what comes may begin before them, and end before or after. */
export async function openRange(
  fetch: SourceFetch,
  uri: string,
  { offset, end, signal }: { readonly offset: number; readonly end: number; readonly signal?: AbortSignal },
): Promise<SourceRange> {
  const isWhole = offset === 0 && end === Number.POSITIVE_INFINITY;
  const Range = `bytes=${offset}-${end === Number.POSITIVE_INFINITY ? "" : end - 1}`;
  const { status, headers, body, url } = await fetch(uri, {
    headers: isWhole ? {} : { Range },
    // The reader has a bound of its own.
    maxBytes: Number.MAX_SAFE_INTEGER,
    ...(signal && { signal }),
  });
  if (status === 200) return { ...stateOf(headers), from: 0, body };
  const [, from, size] =
    /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  if (status === 206 && Number(from) === offset && size !== "*")
    return { ...stateOf(headers, size), from: offset, body };
  await body.return();
  throw new SourceFailed(`${shownUrl(url)} answers ${status} with what was not asked for.`, { status });
}

/** Of the bytes that come, those from `offset` up to `end`. */
export async function* wantedOf(
  { from, body }: SourceRange,
  offset: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = from;
  if (offset - from > MOST_SKIPPED_BYTES) {
    await body.return();
    throw new BlobStoreFailed(
      "The source of the image gives no ranges, without which it cannot be read here.",
    );
  }
  for await (const chunk of body) {
    const wanted = chunk.subarray(Math.max(0, offset - at), Math.max(0, end - at));
    at += chunk.length;
    if (wanted.length > 0) yield wanted;
    if (at >= end) return;
  }
}
