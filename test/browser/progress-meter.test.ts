import { expect, test } from "vitest";
import { ProgressMeter, type UploadProgress } from "../../client/browser/progress-meter.ts";

function meter(totalBytes: number) {
  const seen: UploadProgress[] = [];
  let now = 0;
  const made = new ProgressMeter(
    totalBytes,
    (progress) => seen.push(progress),
    () => now,
  );
  return { made, last: () => seen.at(-1), pass: (ms: number) => (now += ms) };
}

test("parts add up, and one that is sent again counts from its beginning", () => {
  const { made, last } = meter(100);
  made.sent(1, 30);
  made.sent(2, 20);
  expect(last()).toMatchObject({ sentBytes: 50, totalBytes: 100 });
  made.sent(1, 0);
  expect(last()).toMatchObject({ sentBytes: 20, bytesPerSecond: 0 });
});

test("what was stored earlier counts as progress, not as speed", () => {
  const { made, last, pass } = meter(100);
  made.sent(2, 0);
  made.resumed(60);
  pass(1000);
  made.sent(2, 40);
  expect(last()).toEqual({
    phase: "sending",
    sentBytes: 100,
    totalBytes: 100,
    resumedBytes: 60,
    bytesPerSecond: 40,
  });
});

test("the speed is that of the last seconds", () => {
  const { made, last, pass } = meter(1000);
  made.sent(1, 500);
  pass(60_000);
  made.sent(1, 500);
  pass(2000);
  made.sent(1, 520);
  expect(last()?.bytesPerSecond).toBe(10);
});
