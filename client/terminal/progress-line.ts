import { bytesText, durationText } from "../command-line/amounts.ts";

/** How far a transfer is. */
export interface Advance {
  readonly label: string;
  readonly doneBytes: number;
  /** Undefined for a stream. */
  readonly totalBytes: number | undefined;
  /** Undefined while it is too early to say. */
  readonly bytesPerSecond: number | undefined;
}

/** Seconds until the end at that rate; undefined where nobody can say. */
export function secondsLeft({ doneBytes, totalBytes, bytesPerSecond }: Advance): number | undefined {
  if (totalBytes === undefined || !bytesPerSecond) return undefined;
  return Math.max(0, totalBytes - doneBytes) / bytesPerSecond;
}

function leftText(advance: Advance): string {
  if (advance.totalBytes !== undefined && advance.doneBytes >= advance.totalBytes) return "finishing";
  if (advance.bytesPerSecond === 0) return "stalled";
  const left = secondsLeft(advance);
  return left === undefined ? "" : `${durationText(left)} left`;
}

const FULL = "█";
const EMPTY = "░";
const LEAST_BAR = 10;
const MOST_BAR = 40;

/** One line that fits into so many columns: first the bar gets shorter, then it goes, then what matters least. */
export function progressLine(advance: Advance, columns: number): string {
  const { label, doneBytes, totalBytes, bytesPerSecond } = advance;
  const share = totalBytes ? Math.min(1, doneBytes / totalBytes) : undefined;
  const percent = share === undefined ? "" : `${Math.floor(share * 100)}%`;
  const amount = `${bytesText(doneBytes)}${totalBytes === undefined ? "" : ` of ${bytesText(totalBytes)}`}`;
  const speed = bytesPerSecond === undefined ? "" : `${bytesText(Math.round(bytesPerSecond))}/s`;
  const words = [[label, percent].filter(Boolean).join(" "), leftText(advance), amount, speed].filter(
    Boolean,
  );
  // A character in the last column would move some terminals to the next line.
  const room = columns - 1;
  let line = words.join("  ");
  while (line.length > room && words.length > 1) {
    words.pop();
    line = words.join("  ");
  }
  const bar = Number.isFinite(columns) ? Math.min(MOST_BAR, room - line.length - 2) : 0;
  if (share === undefined || bar < LEAST_BAR) return line.slice(0, Math.max(0, room));
  const full = Math.round(share * bar);
  const [head = "", ...rest] = words;
  return [head, `${FULL.repeat(full)}${EMPTY.repeat(bar - full)}`, ...rest].join("  ");
}
