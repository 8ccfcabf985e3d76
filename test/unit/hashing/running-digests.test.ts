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
