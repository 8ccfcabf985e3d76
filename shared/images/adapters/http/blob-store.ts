import { backoff, retrying } from "../../../aws/retry.ts";
import { SourceFailed } from "../../../fetch/fetch-errors.ts";
import {
  BlobMissing,
  type BlobStore,
  BlobStoreFailed,
  type ByteRange,
  type StoredBlob,
  StoreReadOnly,
} from "../../ports/blob-store.ts";
import { type Deadline, inTime } from "./in-time.ts";
import {
  openRange,
  type SourceFetch,
  type SourceRange,
  type SourceState,
  stateOf,
  wantedOf,
} from "./source-range.ts";

export interface HttpStoreOptions {
  /** Glance's bound of an image's size: more bytes than this are not read. */
  readonly image_size_cap: number;
  /** What a question may take besides its bytes, redirects and repetitions included. For tests. */
  readonly answerMs?: number;
}

const ANSWER_MS = 8000;

const ATTEMPTS = 4;

const statusOf = (error: unknown): number | undefined =>
  error instanceof SourceFailed ? error.status : undefined;

const isGone = (error: unknown): boolean => [404, 410].includes(statusOf(error) ?? 0);

/** A lost connection, a source that is busy or failing. */
const isPassing = (error: unknown): boolean =>
  error instanceof SourceFailed &&
  (error.status === undefined || error.status >= 500 || [408, 429].includes(error.status));

function translated(error: unknown): unknown {
  if (isGone(error)) return new BlobMissing("There is nothing at this URL.", { cause: error });
  return error instanceof SourceFailed ? new BlobStoreFailed(error.message, { cause: error }) : error;
}

function described({ size, mark, modifiedAt }: SourceState): StoredBlob {
  if (size === undefined)
    throw new BlobStoreFailed("The source of the image does not say how long it is (Content-Length).");
  return { size, etag: mark ?? String(size), ...(modifiedAt !== undefined && { modifiedAt }) };
}

const refuse = async (): Promise<never> => {
  throw new StoreReadOnly("The store of images at other hosts is read-only: choose another store.");
};

/**
 * Images at URLs of other hosts, which are their keys (`http`, `https`). They are read by the rules for foreign sources,
 * with TLS always verified (Glance's `https_insecure` has no counterpart), and never written. Reading goes on after a
 * connection that broke, and ends when the object has changed meanwhile. Throws SourceForbidden for what the rules refuse,
 * and SourceTooSlow where `head` or `read` take too long.
 */
export function httpBlobStore(
  { fetch }: { readonly fetch: SourceFetch },
  { image_size_cap, answerMs = ANSWER_MS }: HttpStoreOptions,
): BlobStore {
  async function stateByHead(url: string, signal: AbortSignal): Promise<SourceState> {
    const { headers, body } = await fetch(url, {
      method: "HEAD",
      maxBytes: Number.MAX_SAFE_INTEGER,
      signal,
    });
    // Has no bytes; at its end the connection is free.
    for await (const _ of body);
    return stateOf(headers);
  }

  /** Some sources, those of presigned URLs among them, answer GET only. */
  async function stateByGet(url: string, signal: AbortSignal): Promise<SourceState> {
    try {
      const range = await openRange(fetch, url, { offset: 0, end: 1, signal });
      await range.body.return();
      return range;
    } catch (error) {
      // The first byte is beyond the end.
      if (statusOf(error) === 416) return { size: 0, mark: undefined, modifiedAt: undefined };
      throw error;
    }
  }

  const head: BlobStore["head"] = async (url) => {
    const ask = (signal: AbortSignal) => async () => {
      try {
        return await stateByHead(url, signal);
      } catch (error) {
        if (![403, 405, 501].includes(statusOf(error) ?? 0)) throw error;
        return stateByGet(url, signal);
      }
    };
    try {
      return described(
        await inTime({ bytes: 0, answerMs }, ({ signal }) =>
          retrying(ask(signal), (error) => !signal.aborted && isPassing(error), ATTEMPTS),
        ),
      );
    } catch (error) {
      if (isGone(error)) return undefined;
      throw translated(error);
    }
  };

  function checkUnchanged(range: SourceRange, known: SourceState | undefined): void {
    if (range.size !== undefined && range.size > image_size_cap)
      throw new BlobStoreFailed(`The source has more than the ${image_size_cap} bytes that are taken.`);
    if (known && (known.mark !== range.mark || known.size !== range.size))
      throw new BlobStoreFailed("The source of the image has changed while it was read.");
  }

  async function* readStream(
    url: string,
    { offset = 0, length = Number.POSITIVE_INFINITY }: ByteRange = {},
    { signal, more }: Partial<Deadline> = {},
  ) {
    const end = offset + length;
    let known: SourceState | undefined;
    let failures = 0;
    for (let at = offset; at < end; ) {
      const began = at;
      try {
        const range = await openRange(fetch, url, { offset: at, end, ...(signal && { signal }) });
        // What comes before, of a source without ranges.
        more?.(at - range.from);
        try {
          checkUnchanged(range, known);
          known = range;
          for await (const chunk of wantedOf(range, at, end)) {
            at += chunk.length;
            if (at > image_size_cap)
              throw new BlobStoreFailed(
                `The source has more than the ${image_size_cap} bytes that are taken.`,
              );
            yield chunk;
          }
        } finally {
          await range.body.return();
        }
        if (range.size === undefined || at >= Math.min(end, range.size)) return;
        // Some give only a part of a long range.
        if (at === began) throw new SourceFailed("The source of the image ends before its announced end.");
      } catch (error) {
        // The range lies beyond the end.
        if (statusOf(error) === 416 && at === offset) return;
        // Without a mark nobody sees whether the rest is of the same object.
        const mayGoOn = at === offset || known?.mark !== undefined;
        if (signal?.aborted || !isPassing(error) || !mayGoOn || ++failures === ATTEMPTS)
          throw translated(error);
        await backoff(failures);
      }
    }
  }

  return {
    put: refuse,
    write: refuse,
    delete: refuse,
    head,
    read: (url, offset, length) =>
      inTime({ bytes: length, answerMs }, async (deadline) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of readStream(url, { offset, length }, deadline)) chunks.push(chunk);
        return Buffer.concat(chunks);
      }),
    readStream: (url, range) => readStream(url, range),
  };
}
