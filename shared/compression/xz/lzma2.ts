import { LzmaDecoder } from "./lzma-decoder.ts";
import { Window } from "./window.ts";
import { xzDamaged } from "./xz-damaged.ts";
import type { XzInput } from "./xz-input.ts";

// What the first byte of a chunk says.
const END = 0;
const STORED_FORGETTING_ALL = 1;
const STORED = 2;
const LZMA = 0x80;

/** What a chunk of LZMA forgets of those before it. */
const forgets = { state: 1, properties: 2, all: 3 };

const needsAnother = () => xzDamaged("a chunk needs one that is not there");

/** Undoes LZMA2, with a dictionary and a chunk in memory; what it has learnt is lost with each block. */
export class Lzma2 {
  readonly dictionaryBytes: number;
  readonly #window: Window;
  readonly #lzma: LzmaDecoder;
  #needs = forgets.all;

  constructor(dictionaryBytes: number) {
    this.dictionaryBytes = dictionaryBytes;
    this.#window = new Window(dictionaryBytes);
    this.#lzma = new LzmaDecoder(this.#window);
  }

  /** The bytes of one block, as they come. Throws CompressionFailed. */
  async *block(input: XzInput): AsyncGenerator<Buffer> {
    this.#needs = forgets.all;
    for (;;) {
      const [control = END] = await input.take(1);
      if (control === END) return;
      yield await (control >= LZMA ? this.#compressed(input, control) : this.#stored(input, control));
    }
  }

  async #stored(input: XzInput, control: number): Promise<Buffer> {
    if (control > STORED) throw xzDamaged("a chunk is none that is known");
    if (control === STORED_FORGETTING_ALL) {
      this.#window.forget();
      this.#needs = Math.min(this.#needs, forgets.properties);
    } else if (this.#needs === forgets.all) throw needsAnother();
    const bytes = await input.take((await input.take(2)).readUInt16BE() + 1);
    const start = this.#window.open(bytes.length);
    this.#window.append(bytes);
    return this.#window.close(start);
  }

  async #compressed(input: XzInput, control: number): Promise<Buffer> {
    const what = (control >>> 5) & 3;
    if (what < this.#needs) throw needsAnother();
    if (what === forgets.all) this.#window.forget();
    const sizes = await input.take(4);
    const length = ((control & 0x1f) << 16) + sizes.readUInt16BE(0) + 1;
    if (what >= forgets.properties) this.#lzma.setProperties((await input.take(1))[0] ?? 0);
    else if (what === forgets.state) this.#lzma.forget();
    this.#needs = 0;
    const chunk = await input.take(sizes.readUInt16BE(2) + 1);
    const start = this.#window.open(length);
    this.#lzma.decode(chunk, length);
    return this.#window.close(start);
  }
}
