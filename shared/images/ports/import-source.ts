import type { ByteRange } from "./blob-store.ts";

/** What a source says of its bytes. */
export interface ProbedSource {
  /** Undefined where it does not say. */
  readonly size: number | undefined;
  /** By which it is seen whether the bytes are still the same: a strong ETag, or the time of the last change. */
  readonly mark: string | undefined;
  /** Whether it gives ranges of them. */
  readonly ranges: boolean;
}

/** The bytes at the source are others than when it was probed. */
export class ImportSourceChanged extends Error {}

/**
 * Bytes at another host that are to become an image's, read by the rules for foreign sources at each question. Throws
 * SourceForbidden for what the rules refuse, and SourceFailed, in one sentence, for what the source does wrong.
 */
export interface ImportSource {
  probe(url: string): Promise<ProbedSource>;
  /**
   * The bytes as they come, read no faster than they are taken; of a range alone where one is named, which ends with it.
   * Who stops early ends it (`return`). Throws ImportSourceChanged when the source has another mark than `mark`.
   */
  open(
    url: string,
    wanted: { readonly range?: Required<ByteRange>; readonly mark: string | undefined },
  ): AsyncIterable<Uint8Array>;
}
