import type { Image } from "../../domain/image.ts";
import { answerBytes, PAGE_BYTES } from "./page-bytes.ts";

interface Kept {
  readonly image: Image;
  readonly bytes: number;
}

/**
 * Keeps the first images of an order, whatever order they come in: at most `count`, and no more bytes than a page
 * can hold and one image, so that memory does not grow with what is searched.
 */
export class BestImages {
  readonly #compare: (one: Image, other: Image) => number;
  readonly #count: number;
  #kept: Kept[] = [];
  #bytes = 0;

  constructor({ compare, count }: { compare: (one: Image, other: Image) => number; count: number }) {
    this.#compare = compare;
    this.#count = count;
  }

  add(image: Image): void {
    const place = this.#placeOf(image);
    if (place === this.#kept.length && !this.#hasRoom()) return;
    const bytes = answerBytes(image);
    this.#kept.splice(place, 0, { image, bytes });
    this.#bytes += bytes;
    // What fits on no page whatever comes: without the last one there is more than a page already.
    for (let last = this.#kept.at(-1); last && this.#isTooMuch(last); last = this.#kept.at(-1)) {
      this.#kept.pop();
      this.#bytes -= last.bytes;
    }
  }

  /** What was kept, in order; forgets it. */
  take(): Image[] {
    const images = this.#kept.map(({ image }) => image);
    this.#kept = [];
    this.#bytes = 0;
    return images;
  }

  #hasRoom = (): boolean => this.#kept.length < this.#count && this.#bytes <= PAGE_BYTES;

  #isTooMuch = ({ bytes }: Kept): boolean =>
    this.#kept.length > this.#count || this.#bytes - bytes > PAGE_BYTES;

  #placeOf(image: Image): number {
    let [from, to] = [0, this.#kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const there = this.#kept[middle];
      if (there && this.#compare(there.image, image) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
