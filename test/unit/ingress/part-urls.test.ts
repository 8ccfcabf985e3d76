import { expect, test } from "vitest";
import { PartUrls } from "../../../client/protocol/part-urls.ts";
import type { PartRequest } from "../../../client/protocol/transfer-answers.ts";

const tick = () => new Promise((resolve) => setImmediate(resolve));

function make(parts: number | undefined, lifeMs = 60 * 60_000) {
  const calls: number[][] = [];
  const clock = { now: 0 };
  const urls = new PartUrls({
    now: () => clock.now,
    sizeOf: (number) => (parts !== undefined && number > parts ? undefined : 10),
    sign: async (wanted: readonly PartRequest[]) => {
      calls.push(wanted.map(({ number }) => number));
      return {
        expires_at: new Date(clock.now + lifeMs).toISOString(),
        parts: wanted.map((part) => ({
          ...part,
          url: `http://s3/${part.number}/${part.size}/${calls.length}`,
        })),
      };
    },
  });
  return { urls, calls, clock };
}

test("URLs are signed in batches, the next batch before it is needed, and never beyond the last part", async () => {
  const { urls, calls } = make(20);
  for (let number = 1; number <= 20; number++) {
    expect(await urls.take(number, 10)).toContain(`/${number}/10/`);
    await tick();
    const ahead = Math.max(...calls.flat());
    expect(ahead).toBeGreaterThanOrEqual(Math.min(20, number + 4));
  }
  expect(calls.flat()).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  expect(calls.length).toBe(3);
});

test("those who need parts of one batch at the same time share one call", async () => {
  const { urls, calls } = make(undefined);
  await Promise.all([1, 2, 3, 4].map((number) => urls.take(number, 10)));
  expect(calls[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(calls.flat().filter((number) => number <= 4)).toEqual([1, 2, 3, 4]);
});

test("a part shorter than planned is the last: it gets a URL of its own and nothing is asked ahead", async () => {
  const { urls, calls } = make(undefined);
  expect(await urls.take(1, 3)).toBe("http://s3/1/3/1");
  await tick();
  expect(calls).toEqual([[1]]);
});

test("a URL in the second half of its life, or one that was refused, is replaced", async () => {
  const { urls, clock } = make(1);
  const first = await urls.take(1, 10);
  expect(await urls.take(1, 10)).toBe(first);
  clock.now = 31 * 60_000;
  const second = await urls.take(1, 10);
  expect(second).not.toBe(first);
  urls.drop(1);
  expect(await urls.take(1, 10)).not.toBe(second);
});

test("a clock that differs from the API's does not make every part ask", async () => {
  const { urls, calls } = make(1, -60 * 60_000);
  await urls.take(1, 10);
  await urls.take(1, 10);
  expect(calls.length).toBe(1);
});

test("what the URL says of its life counts more than the expiry of the transfer", async () => {
  const clock = { now: 0 };
  let calls = 0;
  const urls = new PartUrls({
    now: () => clock.now,
    sizeOf: (number) => (number === 1 ? 10 : undefined),
    sign: async () => {
      calls += 1;
      const part = { number: 1, size: 10, url: "https://s3/1?X-Amz-Expires=3600" };
      return { parts: [part], expires_at: new Date(60_000).toISOString() };
    },
  });
  await urls.take(1, 10);
  clock.now = 29 * 60_000;
  await urls.take(1, 10);
  expect(calls).toBe(1);
});

test("a refusal while looking ahead is thrown to whoever needs the part, and not lost", async () => {
  const urls = new PartUrls({ sizeOf: () => 10, sign: () => Promise.reject(new Error("aborted")) });
  urls.prefetch(1);
  await tick();
  await expect(urls.take(1, 10)).rejects.toThrow("aborted");
});

test("where there is no room for a batch, the next part alone is asked for", async () => {
  const calls: number[][] = [];
  const urls = new PartUrls({
    sizeOf: () => 10,
    sign: async (wanted) => {
      calls.push(wanted.map(({ number }) => number));
      if (wanted.some(({ number }) => number > 3)) throw Object.assign(new Error("full"), { status: 413 });
      return { expires_at: "", parts: wanted.map((part) => ({ ...part, url: `http://s3/${part.number}` })) };
    },
  });
  for (const number of [1, 2, 3]) expect(await urls.take(number, 10)).toBe(`http://s3/${number}`);
  await expect(urls.take(4, 10)).rejects.toThrow("full");
  expect(calls.filter(([first, ...more]) => first === 1 && more.length === 0)).toHaveLength(1);
});

test("an API that leaves the part out is an error, not an endless loop", async () => {
  const urls = new PartUrls({ sizeOf: () => 10, sign: async () => ({ parts: [], expires_at: "" }) });
  await expect(urls.take(1, 10)).rejects.toThrow("no URL for part 1");
});
