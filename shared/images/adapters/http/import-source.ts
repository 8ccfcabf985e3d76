import { SourceFailed } from "../../../fetch/fetch-errors.ts";
import type { FetchedAnswer, FetchRequest } from "../../../fetch/safe-fetch.ts";
import { releaseChunk } from "../../../release-chunk.ts";
import { shownUrl } from "../../../shown-url.ts";
import type { ByteRange } from "../../ports/blob-store.ts";
import {
  type ImportSource,
  ImportSourceChanged,
  ImportSourceFailed,
  type SourceFacts,
} from "../../ports/import-source.ts";
import { leastRate } from "./least-rate.ts";
import type { SourceFetch } from "./source-range.ts";

export interface ImportSourceOptions {
  /** Glance's bound of an image's size: more bytes than this are not read. */
  readonly image_size_cap: number;
  /** A connection that gives less than 16 KiB a second in so many milliseconds is ended. */
  readonly rateMs?: number;
  /** What the source's own host, and no other, is told besides. */
  readonly credential?: FetchRequest["credential"];
}

const RATE_MS = 30_000;

type Headers = FetchedAnswer["headers"];

const sizeOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** By what a change is seen, byte by byte: a weak ETag allows others (RFC 9110, section 8.8.1). */
function markOf({ etag, "last-modified": modified }: Headers): string | undefined {
  if (etag !== undefined && /^"[^"]*"$/.test(etag)) return etag;
  return modified !== undefined && !Number.isNaN(Date.parse(modified)) ? modified : undefined;
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof SourceFailed ? error.status : undefined;

/** TLS that is not trusted and hosts that nobody knows stay so; so do redirects without end. */
const lasting = new Set(["ENOTFOUND", "HPE_HEADER_OVERFLOW", "ERR_TLS_CERT_ALTNAME_INVALID"]);

function isPassing({ status, cause }: SourceFailed): boolean {
  if (status !== undefined) return status >= 500 || status === 408 || status === 429;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  return !lasting.has(code) && !/CERT|ISSUER|VERIFY|^HPE_/.test(code);
}

/** A failed fetch as ports tell of it, with whether it may pass; anything else as it is. */
export const translated = (error: unknown): unknown =>
  error instanceof SourceFailed
    ? new ImportSourceFailed(error.message, { passing: isPassing(error), cause: error })
    : error;

/** Sources of imports by http and https. */
export function httpImportSource(
  { fetch }: { readonly fetch: SourceFetch },
  { image_size_cap, rateMs = RATE_MS, credential }: ImportSourceOptions,
): ImportSource {
  const requireSize = (url: URL, size: number | undefined): void => {
    if (size !== undefined && size > image_size_cap)
      throw new ImportSourceFailed(
        `${shownUrl(url)} has ${size} bytes; this service takes at most ${image_size_cap}.`,
      );
  };

  async function look(uri: string, asksRange: boolean): Promise<SourceFacts> {
    try {
      const { status, headers, body, url } = await fetch(uri, {
        ...(asksRange && { headers: { Range: "bytes=0-0" } }),
        ...(credential && { credential }),
        maxBytes: Number.MAX_SAFE_INTEGER,
      });
      await body.return();
      const [, total] = /^bytes 0-0\/(\d{1,15})$/.exec(headers["content-range"] ?? "") ?? [];
      const isRange = status === 206 && total !== undefined;
      if (!isRange && status !== 200)
        throw new ImportSourceFailed(`${shownUrl(url)} answers ${status} with what was not asked for.`);
      const size = isRange ? Number(total) : sizeOf(headers["content-length"]);
      requireSize(url, size);
      const mark = markOf(headers);
      return { ranges: isRange, ...(size !== undefined && { size }), ...(mark !== undefined && { mark }) };
    } catch (error) {
      // Empty data has no first byte; other hosts refuse every range: asked without one they say which.
      if (asksRange && statusOf(error) === 416) return look(uri, false);
      throw translated(error);
    }
  }

  async function* open(
    uri: string,
    facts: SourceFacts,
    range?: Required<ByteRange>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      const answer = await fetch(uri, {
        headers: {
          ...(range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
          ...(range && facts.mark !== undefined && { "If-Range": facts.mark }),
        },
        maxBytes: range ? range.length : image_size_cap,
        ...(credential && { credential }),
      });
      try {
        requireUnchanged(answer, facts, range);
      } catch (error) {
        await answer.body.return();
        throw error;
      }
      for await (const chunk of leastRate(answer.body, shownUrl(answer.url), rateMs)) {
        yield chunk;
        releaseChunk(chunk);
      }
    } catch (error) {
      throw translated(error);
    }
  }
  return { probe: (uri) => look(uri, true), open };
}

/** The answer is of the data that was looked at, and of the range that was asked for. */
function requireUnchanged(
  { status, headers, url }: FetchedAnswer,
  facts: SourceFacts,
  range: Required<ByteRange> | undefined,
): void {
  const mark = markOf(headers);
  const isOther = facts.mark !== undefined && mark !== undefined && mark !== facts.mark;
  if (!range) {
    const size = sizeOf(headers["content-length"]);
    if (isOther || (facts.size !== undefined && size !== undefined && size !== facts.size))
      throw new ImportSourceChanged();
    return;
  }
  // A source that gives ranges gives all of it when its mark is another now (RFC 9110, section 13.1.5).
  if (status === 200 || isOther) throw new ImportSourceChanged();
  const [, from, to, size] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  if (size !== undefined && size !== "*" && Number(size) !== facts.size) throw new ImportSourceChanged();
  const isAsked = Number(from) === range.offset && Number(to) < range.offset + range.length;
  if (status !== 206 || !isAsked)
    throw new ImportSourceFailed(`${shownUrl(url)} answers ${status} with what was not asked for.`, {
      passing: true,
    });
}
