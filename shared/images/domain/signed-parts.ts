/** Bytes by part number. */
export type PartLengths = ReadonlyMap<number, number>;

/** What URLs were signed for that may still be good, and what may be stored by them. */
export interface SignedParts {
  /** Raised by every write: whoever writes must have seen the latest. */
  readonly version: number;
  /** Parts with the longest length signed for each, as runs of one length: `1-8*16777216,9*5242880`. */
  readonly lengths: string;
  /** ISO 8601: no URL lives longer. Behind it only what is stored counts. */
  readonly until: string;
}

export const totalBytes = (lengths: PartLengths): number =>
  [...lengths.values()].reduce((total, bytes) => total + bytes, 0);

/** The lengths with these parts among them. A part that was signed for several lengths counts with the longest. */
export function withParts(
  lengths: PartLengths,
  parts: readonly { readonly number: number; readonly size: number }[],
): PartLengths {
  const merged = new Map(lengths);
  for (const { number, size } of parts) merged.set(number, Math.max(size, merged.get(number) ?? 0));
  return merged;
}

/**
 * A text of one run for an image cut evenly, however many parts it has; 160 KB for 10,000 parts that all differ, of
 * the 400 KB that an item of the table can have.
 */
export function lengthsText(lengths: PartLengths): string {
  const runs: { first: number; last: number; bytes: number }[] = [];
  for (const [number, bytes] of [...lengths].sort(([one], [other]) => one - other)) {
    const run = runs.at(-1);
    if (run?.bytes === bytes && run.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number, bytes });
  }
  return runs
    .map(({ first, last, bytes }) => `${first === last ? first : `${first}-${last}`}*${bytes}`)
    .join(",");
}

/** The lengths of a text that `lengthsText` made. */
export function partLengths(text: string): PartLengths {
  const lengths = new Map<number, number>();
  for (const run of text === "" ? [] : text.split(",")) {
    const [numbers = "", bytes] = run.split("*");
    const [first, last = first] = numbers.split("-").map(Number);
    for (let number = Number(first); number <= Number(last); number++) lengths.set(number, Number(bytes));
  }
  return lengths;
}
