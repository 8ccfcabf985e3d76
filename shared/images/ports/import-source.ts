import type { ByteRange } from "./blob-store.ts";

/** What a source says of its data before any of it is read. */
export interface SourceFacts {
  /** Bytes of all of it, where it says so. */
  readonly size?: number;
  /** Its strong ETag, or when it was changed last: by it a range is asked for on condition that nothing has changed. */
  readonly mark?: string;
  /** Whether it gives ranges. */
  readonly ranges: boolean;
}

/** A source that gave no bytes, or not those that were asked for; the sentence says what it did. */
export class ImportSourceFailed extends Error {
  /** Whether another try may go better: a lost connection, a busy host. */
  readonly passing: boolean;
  constructor(message: string, { passing = false, cause }: { passing?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.passing = passing;
  }
}

/** The data was replaced since it was looked at: bytes of before and of now make no image. */
export class ImportSourceChanged extends ImportSourceFailed {
  constructor(message = "The data at the source was changed while it was fetched; import it again.") {
    super(message);
  }
}

/** Data at another host, fetched by the rules for foreign sources. All failures are ImportSourceFailed or SourceForbidden. */
export interface ImportSource {
  /** Looks at the data; reads a byte of it at most. */
  probe(url: string): Promise<SourceFacts>;
  /**
   * Bytes of a range, or all of them without one, as they come; fewer of a range where the source gives little at once.
   * A chunk is good until the next one is asked for.
   * Throws ImportSourceChanged where the source is not what `facts` say. Who stops early ends it by `return`.
   */
  open(
    url: string,
    facts: SourceFacts,
    range?: Required<ByteRange>,
  ): AsyncGenerator<Uint8Array, void, undefined>;
}
