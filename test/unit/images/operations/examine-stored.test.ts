import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { HashProgress } from "../../../../shared/images/domain/transfer.ts";
import { examineStored } from "../../../../shared/images/operations/transfers/examine-stored.ts";
import type { DigestName } from "../../../../shared/signatures/signature-algorithms.ts";
import { memoryBlobStore } from "../../../fakes/images/memory-blob-store.ts";
import { hashesOf } from "../../../fakes/images/service.ts";

const RANGE = 1000;
const key = "image/1";

/** An object of so many bytes, the ranges that are read of it, and runs that end after some of them. */
async function stored(size: number, signedDigest?: DigestName) {
  const bytes = randomBytes(size);
  const { store, objects } = memoryBlobStore();
  await store.put(key, bytes);
  const reads: [number, number][] = [];
  let failures = 0;
  let kept: HashProgress | undefined;
  const blobs = {
    head: store.head,
    read: async (name: string, offset: number, length: number) => {
      if (failures-- > 0) throw new Error("the connection broke");
      reads.push([offset, length]);
      return store.read(name, offset, length);
    },
  };
  const run = async (ranges = Number.POSITIVE_INFINITY) => {
    let asked = 0;
    return examineStored(blobs, { key, size }, kept, {
      rangeBytes: RANGE,
      ...(signedDigest && { signedDigest }),
      mayRead: async () => ++asked < ranges,
      save: async (progress) => {
        if (kept && kept.offset >= progress.offset) return false;
        kept = progress;
        return true;
      },
    });
  };
  return {
    bytes,
    objects,
    reads,
    run,
    kept: () => kept,
    keep: (progress: HashProgress) => {
      kept = progress;
    },
    fail: (times: number) => {
      failures = times;
    },
  };
}

describe("the examination of stored bytes", () => {
  it.each([0, 1, RANGE, RANGE + 1, 10 * RANGE - 1])("computes both hashes of %i bytes", async (size) => {
    const { bytes, run, reads } = await stored(size);
    expect(await run()).toEqual({ outcome: "hashed", hashes: hashesOf(bytes) });
    expect(reads.reduce((sum, [, length]) => sum + length, 0)).toBe(size);
  });

  it("goes on where the run before ended, and reads each byte once over all of them", async () => {
    const { bytes, run, reads } = await stored(10 * RANGE + 7);
    const outcomes: string[] = [];
    let last = await run(2);
    for (; last.outcome === "unfinished"; last = await run(outcomes.length)) outcomes.push(last.outcome);
    expect(outcomes.length).toBeGreaterThan(3);
    expect(last).toEqual({ outcome: "hashed", hashes: hashesOf(bytes) });
    const starts = reads.map(([offset]) => offset);
    expect(starts).toEqual(Array.from({ length: 11 }, (_, n) => n * RANGE));
  });

  it.each(["sha224", "sha256", "sha384", "sha512"] as const)(
    "computes the digest that was signed in the same pass, over all runs: %s",
    async (digest) => {
      const { bytes, run, reads, kept } = await stored(7 * RANGE + 13, digest);
      let last = await run(2);
      for (; last.outcome === "unfinished"; last = await run(2));
      const signed = createHash(digest).update(bytes).digest("hex");
      expect(last).toEqual({ outcome: "hashed", hashes: { ...hashesOf(bytes), signed } });
      expect(reads).toHaveLength(8);
      expect(kept()?.signed === undefined).toBe(digest === "sha512");
    },
  );

  it("ends when another run is as far already", async () => {
    const { run } = await stored(5 * RANGE);
    const runs = await Promise.all([run(2), run(2)]);
    expect(runs.map(({ outcome }) => outcome).sort()).toEqual(["overtaken", "unfinished"]);
  });

  it("reads a range again whose connection broke, and gives up when none holds", async () => {
    const { bytes, run, fail } = await stored(3 * RANGE);
    fail(4);
    expect(await run()).toEqual({ outcome: "hashed", hashes: hashesOf(bytes) });
    fail(50);
    await expect(run()).rejects.toThrow("the connection broke");
  });

  it("begins anew with a state that the hash library does not take", async () => {
    const { bytes, run, keep } = await stored(3 * RANGE);
    keep({ offset: RANGE, md5: "AAAA", sha512: "AAAA" });
    expect(await run()).toEqual({ outcome: "hashed", hashes: hashesOf(bytes) });
  });

  it("tells a missing object and one of another length", async () => {
    const { bytes, objects, run } = await stored(3 * RANGE);
    objects.set(key, bytes.subarray(0, 2 * RANGE));
    expect(await run()).toEqual({
      outcome: "damaged",
      damage: { kind: "size-mismatch", evidence: { key, recorded_size: 3000, stored_size: 2000 } },
    });
    objects.delete(key);
    expect(await run()).toEqual({
      outcome: "damaged",
      damage: { kind: "object-missing", evidence: { key, recorded_size: 3000 } },
    });
  });

  it("tells an object that goes away while it is read", async () => {
    const { objects, run } = await stored(3 * RANGE);
    await run(1);
    objects.delete(key);
    expect(await run()).toMatchObject({ outcome: "damaged", damage: { kind: "object-missing" } });
  });
});
