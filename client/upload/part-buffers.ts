import { BUFFER_BYTES } from "../limits.ts";

/** Buffers of one upload over shared memory (threads hash them), used again and again; never more than BUFFER_BYTES. */
export class PartBuffers {
  #free: Buffer[] = [];
  #usedBytes = 0;
  #wake: (() => void)[] = [];
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.wake(), { once: true });
  }

  get #allBytes(): number {
    return this.#free.reduce((sum, { length }) => sum + length, this.#usedBytes);
  }

  /** A buffer of that size, as soon as there is room for it and `mayTake` says so; throws the signal's reason. */
  async take(bytes: number, mayTake: () => boolean): Promise<Buffer> {
    while ((this.#usedBytes > 0 && this.#usedBytes + bytes > BUFFER_BYTES) || !mayTake()) {
      this.#signal.throwIfAborted();
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    this.#signal.throwIfAborted();
    const at = this.#free.findIndex(({ length }) => length === bytes);
    const [known] = at < 0 ? [] : this.#free.splice(at, 1);
    if (!known && this.#allBytes + bytes > BUFFER_BYTES) this.#free = [];
    this.#usedBytes += bytes;
    return known ?? Buffer.from(new SharedArrayBuffer(bytes));
  }

  giveBack(buffer: Buffer): void {
    this.#usedBytes -= buffer.length;
    this.#free.push(buffer);
    this.wake();
  }

  /** Something that `mayTake` looks at has changed. */
  wake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
