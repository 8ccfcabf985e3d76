import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startDigestThread } from "../../../shared/hashing/digest-thread.ts";
import { digestsOnFewThreads, digestsOnThreads } from "../../../shared/hashing/digests-on-threads.ts";
import { digestsAtOnce } from "../../../shared/hashing/running-digests.ts";

const hex = (algorithm: string, ...bytes: Uint8Array[]) => {
  const hash = createHash(algorithm);
  for (const some of bytes) hash.update(some);
  return hash.digest("hex");
};
/** Memory that threads see without a copy. */
const shared = (bytes: Uint8Array) => {
  const memory = Buffer.from(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  return memory;
};
const algorithms = ["md5", "sha512", "sha256", "md5"];

describe.each([
  ["at once", digestsAtOnce],
  ["on threads", digestsOnThreads],
])("digests %s", (_, start) => {
  it("are of all bytes in the order in which they were given, and of parts by themselves", async () => {
    const [one, two] = [shared(randomBytes(100_000)), shared(randomBytes(77))];
    const running = start(algorithms, undefined);
    try {
      const added = [running.add(one), running.add(two)];
      expect(await running.md5Of(two)).toBe(hex("md5", two));
      await Promise.all(added);
      const expected = ["md5", "sha512", "sha256"].map((name) => [name, hex(name, one, two)]);
      expect([...(await running.digests())]).toEqual(expected);
    } finally {
      running.close();
    }
  });

  it("let the bytes be changed when they are taken", async () => {
    const [first, second] = [randomBytes(50_000), randomBytes(50_000)];
    const memory = shared(first);
    const running = start(["sha512"], undefined);
    try {
      await running.add(memory);
      memory.set(second);
      await running.add(memory);
      expect((await running.digests()).get("sha512")).toBe(hex("sha512", first, second));
    } finally {
      running.close();
    }
  });
});

describe("a hash thread", () => {
  it("fails what is asked of it when it has ended", async () => {
    const thread = startDigestThread("md5");
    await thread.update(Buffer.from("x"));
    const asked = thread.digest();
    thread.close();
    await expect(asked.then(() => thread.digest())).rejects.toThrow("the thread for md5 has ended");
  });

  it("fails where nobody knows the algorithm", async () => {
    const thread = startDigestThread("no-such-hash");
    await expect(thread.update(Buffer.from("x"))).rejects.toThrow(/digest method/i);
    thread.close();
  });
});

it("digests on few threads are right for all, and free their place once", async () => {
  const start = digestsOnFewThreads(1);
  const [first, second] = [start(["md5"], undefined), start(["md5"], undefined)];
  await Promise.all([first, second].map((each) => each.add(Buffer.from("x"))));
  for (const each of [first, second]) {
    expect((await each.digests()).get("md5")).toBe(hex("md5", Buffer.from("x")));
    each.close();
    each.close();
  }
  const third = start(["md5"], undefined);
  await third.add(Buffer.from("y"));
  expect((await third.digests()).get("md5")).toBe(hex("md5", Buffer.from("y")));
  third.close();
});

describe("the places of few threads", () => {
  /** Starts of threads, of which those with these numbers fail as where the system has no more threads. */
  const starts = (...failing: number[]) => {
    const seen = { begun: 0, closed: 0 };
    const start: typeof startDigestThread = (algorithm) => {
      if (failing.includes(seen.begun++)) throw new Error("ERR_WORKER_INIT_FAILED");
      const thread = startDigestThread(algorithm);
      const close = () => {
        seen.closed++;
        thread.close();
      };
      return { ...thread, close };
    };
    return { seen, start };
  };
  const x = Buffer.from("x");

  it("are not taken by what is hashed at once", async () => {
    const { seen, start } = starts();
    const few = digestsOnFewThreads(1, start);
    const small = few(["md5"], 10);
    expect(seen.begun).toBe(0);
    const large = few(["md5"], undefined);
    expect(seen.begun).toBe(1);
    for (const each of [small, large]) each.close();
  });

  it("are free again when threads do not start, and the digests are right without", async () => {
    const { seen, start } = starts(1);
    const few = digestsOnFewThreads(1, start);
    const failed = few(["md5", "sha512"], undefined);
    expect(seen).toEqual({ begun: 2, closed: 1 });
    await failed.add(x);
    expect((await failed.digests()).get("sha512")).toBe(hex("sha512", x));
    const next = few(["md5"], undefined);
    expect(seen.begun).toBe(3);
    for (const each of [failed, next]) each.close();
    expect(seen.closed).toBe(2);
  });

  it("hash parts at once where the thread for parts does not start", async () => {
    const { start } = starts(1);
    const running = digestsOnFewThreads(1, start)(["sha512"], undefined);
    expect(await running.md5Of(x)).toBe(hex("md5", x));
    running.close();
  });
});
