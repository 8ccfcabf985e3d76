import { answerBytes, PAGE_BYTES } from "./page-bytes.ts";

interface Kept<Entry> {
  readonly entry: Entry;
  readonly bytes: number;
}

/** Negative when `one` comes first. */
export type Compare<Entry> = (one: Entry, other: Entry) => number;

/**
 * Keeps the first entries of an order, whatever order they come in: at most `count`, and no more bytes than a page
 * can hold and one entry, so that memory does not grow with what is searched.
 */
export class BestFirst<Entry> {
  readonly #compare: Compare<Entry>;
  readonly #count: number;
  #kept: Kept<Entry>[] = [];
  #bytes = 0;

  constructor({ compare, count }: { compare: Compare<Entry>; count: number }) {
    this.#compare = compare;
    this.#count = count;
  }

  add(entry: Entry): void {
    const place = this.#placeOf(entry);
    if (place === this.#kept.length && !this.#hasRoom()) return;
    const bytes = answerBytes(entry);
    this.#kept.splice(place, 0, { entry, bytes });
    this.#bytes += bytes;
    // What fits on no page whatever comes: without the last one there is more than a page already.
    for (let last = this.#kept.at(-1); last && this.#isTooMuch(last); last = this.#kept.at(-1)) {
      this.#kept.pop();
      this.#bytes -= last.bytes;
    }
  }

  /** What was kept, in order; forgets it. */
  take(): Entry[] {
    const entries = this.#kept.map(({ entry }) => entry);
    this.#kept = [];
    this.#bytes = 0;
    return entries;
  }

  #hasRoom = (): boolean => this.#kept.length < this.#count && this.#bytes <= PAGE_BYTES;

  #isTooMuch = ({ bytes }: Kept<Entry>): boolean =>
    this.#kept.length > this.#count || this.#bytes - bytes > PAGE_BYTES;

  #placeOf(entry: Entry): number {
    let [from, to] = [0, this.#kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const there = this.#kept[middle];
      if (there && this.#compare(there.entry, entry) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
