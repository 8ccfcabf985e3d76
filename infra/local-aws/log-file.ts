import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";
import type { Advice } from "./advice.ts";
import { reportFullDisk } from "./full-disk.ts";

const retryMilliseconds = 5000;
const defaultLimitBytes = 50 * 1024 * 1024;

/** An append-only log (0600). Over the limit it becomes `<path>.1`, replacing the one before, and starts again. */
export class LogFile {
  readonly #path: string;
  readonly #limitBytes: number;
  readonly #advice: Advice;
  #bytes: number;
  #stream: WriteStream;
  /** When it could not be written, milliseconds since the epoch. */
  #failedAt: number | undefined;

  constructor(path: string, advice: Advice = {}, limitBytes = defaultLimitBytes) {
    this.#path = path;
    this.#advice = advice;
    this.#limitBytes = limitBytes;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  write(text: string | Uint8Array): void {
    // Its stream ended with an error: there may be space again by now.
    if (this.#failedAt !== undefined && Date.now() - this.#failedAt > retryMilliseconds)
      this.#stream = this.#open();
    if (this.#failedAt !== undefined) return;
    this.#stream.write(text);
    this.#bytes += typeof text === "string" ? Buffer.byteLength(text) : text.length;
    if (this.#bytes < this.#limitBytes) return;
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#bytes = 0;
    this.#stream = this.#open();
  }

  close(): Promise<void> {
    // One that has failed never ends by itself.
    if (this.#stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#stream.once("close", resolve).end());
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, { flags: "a", mode: 0o600 });
    // A full disk must not end the runtime because of a log line.
    stream.on("error", (error) => {
      if (this.#stream !== stream || this.#failedAt !== undefined) return;
      this.#failedAt = Date.now();
      if (!reportFullDisk(error, this.#path, this.#advice))
        process.stderr.write(`${this.#path}: ${error.message}\n`);
    });
    this.#failedAt = undefined;
    return stream;
  }
}
