/** Object keys in S3's order, which is that of their UTF-8 bytes. */
export class KeyIndex {
  #keys: string[];

  constructor(keys: Iterable<string> = []) {
    this.#keys = [...keys].sort(compareKeys);
  }

  add(key: string): void {
    const position = this.#position((other) => compareKeys(other, key) < 0);
    if (this.#keys[position] !== key) this.#keys.splice(position, 0, key);
  }

  delete(key: string): void {
    const position = this.#position((other) => compareKeys(other, key) < 0);
    if (this.#keys[position] === key) this.#keys.splice(position, 1);
  }

  /**
   * The keys that begin with `prefix` and come after `after`, in order. With a delimiter, the keys that share a
   * text up to its first occurrence after the prefix come as one entry, that text; a group as `after` stands
   * for all its keys.
   */
  *list(prefix: string, delimiter: string, after: ListEntry | undefined): Generator<ListEntry> {
    let position = this.#position(
      (key) => compareKeys(key, prefix) < 0 || (after !== undefined && !isAfter(key, after)),
    );
    for (;;) {
      const key = this.#keys[position];
      if (key === undefined || !key.startsWith(prefix)) return;
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      const entry =
        end < 0 ? { key, isGroup: false } : { key: key.slice(0, end + delimiter.length), isGroup: true };
      yield entry;
      position = this.#position((other) => !isAfter(other, entry));
    }
  }

  /** The number of keys at the front for which this holds; it must hold for no key after one without it. */
  #position(isBefore: (key: string) => boolean): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#keys[middle] ?? "")) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface ListEntry {
  readonly key: string;
  /** A common prefix, not a key. */
  readonly isGroup: boolean;
}

const isAfter = (key: string, entry: ListEntry): boolean =>
  compareKeys(key, entry.key) > 0 && !(entry.isGroup && key.startsWith(entry.key));

/** Compares as the UTF-8 bytes would: JavaScript's own order puts surrogates below U+E000. */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index += 1) {
    const [unitA, unitB] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (unitA !== unitB) return surrogatesLast(unitA) - surrogatesLast(unitB);
  }
  return a.length - b.length;
}

const surrogatesLast = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
