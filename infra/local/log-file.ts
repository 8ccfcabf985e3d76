import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";

const defaultLimitBytes = 50 * 1024 * 1024;

/** An append-only log (0600). Over the limit it becomes `<path>.1`, replacing the one before, and starts anew. */
export class LogFile {
  readonly #path: string;
  readonly #limitBytes: number;
  #bytes: number;
  #stream: WriteStream;

  constructor(path: string, limitBytes = defaultLimitBytes) {
    this.#path = path;
    this.#limitBytes = limitBytes;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  write(text: string | Uint8Array): void {
    this.#stream.write(text);
    this.#bytes += typeof text === "string" ? Buffer.byteLength(text) : text.length;
    if (this.#bytes < this.#limitBytes) return;
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#bytes = 0;
    this.#stream = this.#open();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, { flags: "a", mode: 0o600 });
    // A full disk must not end the runtime because of a log line.
    stream.on("error", (error) => process.stderr.write(`${this.#path}: ${error.message}\n`));
    return stream;
  }
}
