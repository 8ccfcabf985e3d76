import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FilledPart } from "../../../client/transfer/part-uploader.ts";
import { uploadStream } from "../../../client/transfer/stream-upload.ts";

const hex = (algorithm: string, data: Buffer) => createHash(algorithm).update(data).digest("hex");
const never = new AbortController().signal;

test("any stream, however it is cut, is stored in order and hashed right, also when parts end out of order", async () => {
  const chunk = fc.uint8Array({ minLength: 0, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(
      fc.array(chunk, { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      async (chunks, size) => {
        const stored = new Map<number, Buffer>();
        const store = async ({ number, bytes, md5 }: FilledPart) => {
          for (let wait = number % 3; wait > 0; wait--) await new Promise((resolve) => setImmediate(resolve));
          stored.set(number, Buffer.from(bytes));
          return { number, etag: md5.toString("hex") };
        };
        async function* source() {
          yield* chunks;
        }
        const digest = await uploadStream({ source, store, partBytes: () => size, signal: never });
        const all = Buffer.concat(chunks);
        const parts = digest.parts.map(({ number }) => stored.get(number) ?? Buffer.alloc(0));
        expect(Buffer.concat(parts).equals(all)).toBe(true);
        expect(digest.parts.map(({ number }) => number)).toEqual(parts.map((_, at) => at + 1));
        expect(digest.parts.map(({ etag }) => etag)).toEqual(parts.map((part) => hex("md5", part)));
        expect(parts.slice(0, -1).every((part) => part.length === size)).toBe(true);
        expect(digest).toMatchObject({ bytes: all.length, md5: hex("md5", all), sha512: hex("sha512", all) });
        expect(digest.peakBufferBytes).toBeLessThanOrEqual(5 * size);
      },
    ),
  );
});

test("a part that fails ends the reading and the other parts, and is the error", async () => {
  let isReading = true;
  const ended: number[] = [];
  async function* source(signal: AbortSignal) {
    try {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        yield Buffer.from("x");
      }
    } finally {
      isReading = false;
    }
  }
  const store = ({ number }: FilledPart, signal: AbortSignal) =>
    number === 3
      ? Promise.reject(new Error("part 3"))
      : new Promise<never>((_, reject) => {
          signal.addEventListener("abort", () => {
            ended.push(number);
            reject(signal.reason);
          });
        });
  await expect(uploadStream({ source, store, partBytes: () => 1, signal: never })).rejects.toThrow("part 3");
  expect(isReading).toBe(false);
  expect(ended).toEqual([1, 2]);
});

test("an upload that is stopped before it begins stores nothing", async () => {
  const stopped = AbortSignal.abort(new Error("stopped"));
  async function* source(signal: AbortSignal) {
    signal.throwIfAborted();
    yield Buffer.from("x");
  }
  const store = () => Promise.reject(new Error("stored"));
  await expect(uploadStream({ source, store, partBytes: () => 1, signal: stopped })).rejects.toThrow(
    "stopped",
  );
});
