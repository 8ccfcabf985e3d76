import { AwsFailure } from "../aws-failure.ts";

/** Reads lines and counted bytes from a stream of buffers, copying only what a line needs. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #longestLine: number;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>, longestLine: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#longestLine = longestLine;
  }

  /** The next line without its CRLF. The end of the stream ends a line as well. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#buffer.toString("latin1", 0, end);
        this.#buffer = this.#buffer.subarray(end + 2);
        return line;
      }
      if (this.#buffer.length > this.#longestLine) {
        throw new AwsFailure("InvalidRequest", "The body is not well-formed aws-chunked content.");
      }
      const next = await this.#source.next();
      if (next.done) {
        const line = this.#buffer.toString("latin1");
        this.#buffer = Buffer.alloc(0);
        return line;
      }
      this.#buffer = Buffer.concat([this.#buffer, next.value]);
    }
  }

  /** At least one and at most this many bytes; `IncompleteBody` (400) at the end of the stream. */
  async take(most: number): Promise<Buffer> {
    if (this.#buffer.length === 0) {
      const next = await this.#source.next();
      if (next.done) throw incompleteBody();
      this.#buffer = next.value;
    }
    const taken = this.#buffer.subarray(0, most);
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  /** Lets go of the source; needed when reading stops before its end. */
  async release(): Promise<void> {
    await this.#source.return?.();
  }
}

export const incompleteBody = (): AwsFailure =>
  new AwsFailure(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
