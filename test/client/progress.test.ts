import { expect, it, vi } from "vitest";
import { Progress } from "../../client/terminal/progress.ts";
import { progressLine } from "../../client/terminal/progress-line.ts";
import { RateWindow } from "../../client/terminal/rate-window.ts";
import { repeatNotes } from "../../client/terminal/repeat-notes.ts";

const MIB = 1024 ** 2;
const half = { label: "upload", doneBytes: 50 * MIB, totalBytes: 100 * MIB, bytesPerSecond: 5 * MIB };

it("the line fits any width: the bar shrinks and goes, then the words that matter least", () => {
  for (let columns = 1; columns < 200; columns++)
    expect(progressLine(half, columns).length).toBeLessThan(Math.max(2, columns));
  expect(progressLine(half, 120)).toMatch(
    /^upload 50% {2}█{20}░{20} {2}0:10 left {2}50\.0 MiB of 100\.0 MiB {2}5\.0 MiB\/s$/,
  );
  expect(progressLine(half, 64)).toBe("upload 50%  0:10 left  50.0 MiB of 100.0 MiB  5.0 MiB/s");
  expect(progressLine(half, 24)).toBe("upload 50%  0:10 left");
  expect(progressLine({ ...half, totalBytes: undefined }, 80)).toBe("upload  50.0 MiB  5.0 MiB/s");
});

it("the time left is not told before anything is known, when nothing moves, or at the end", () => {
  expect(progressLine({ ...half, bytesPerSecond: undefined }, 200)).not.toContain("left");
  expect(progressLine({ ...half, bytesPerSecond: 0 }, 200)).toContain("stalled");
  expect(progressLine({ ...half, doneBytes: 100 * MIB }, 200)).toContain("finishing");
});

it("the rate is that of the last seconds, without what only filled buffers, or was sent in vain", () => {
  const rate = new RateWindow();
  const run = (from: number, to: number, amount: (second: number) => number) => {
    for (let at = from; at <= to; at += 0.5) rate.add(at * 1000, amount(at));
  };
  run(0, 1.5, () => 100);
  expect(rate.perSecond).toBeUndefined();
  run(2, 60, (at) => at * 10);
  expect(rate.perSecond).toBeCloseTo(10);
  // A part of 200 begins again: the rate falls at once, and is right again some seconds later.
  run(60.5, 61, (at) => at * 10 - 200);
  expect(rate.perSecond).toBe(0);
  run(61.5, 90, (at) => at * 10 - 200);
  expect(rate.perSecond).toBeCloseTo(10);
  run(90.5, 110, () => 700);
  expect(rate.perSecond).toBe(0);
});

it("a repeat is told with its reason, one line a second", () => {
  let now = 0;
  const lines: string[] = [];
  const tell = repeatNotes(
    (line) => lines.push(line),
    () => now,
  );
  for (const next of [2, 3, 4]) {
    tell(new Error("S3 answered 500"), next, 10);
    now += 600;
  }
  expect(lines).toEqual(["S3 answered 500, trying again, 2 of 10", "S3 answered 500, trying again, 4 of 10"]);
});

it("as JSON the progress is one document a line, every second, until it is stopped", () => {
  vi.useFakeTimers();
  try {
    let text = "";
    const stream = {
      isTTY: true,
      write: (part: string) => (text += part),
      on: () => stream,
      off: () => stream,
    };
    const progress = new Progress({
      label: "upload",
      total: 100 * MIB,
      form: "json",
      stream: stream as unknown as NodeJS.WriteStream,
    });
    progress.done(1, 50 * MIB);
    vi.advanceTimersByTime(3000);
    progress.stop();
    vi.advanceTimersByTime(3000);
    const lines = text.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(3);
    for (const line of lines) expect(JSON.stringify(JSON.parse(line))).toContain(String(50 * MIB));
  } finally {
    vi.useRealTimers();
  }
});
