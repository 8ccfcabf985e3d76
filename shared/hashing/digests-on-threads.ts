import { type DigestThread, startDigestThread } from "./digest-thread.ts";
import { digestsAtOnce, type StartDigests } from "./running-digests.ts";

/** Less is hashed in the time that threads take to start (30 ms of a processor each). */
const WORTH_BYTES = 64 * 1024 ** 2;

/**
 * Digests that are computed on a thread for each algorithm, and one for the MD5 of parts: whoever fetches and sends the
 * bytes has a processor for that alone, where there are more than one. Bytes should lie in shared memory: others are copied.
 */
export const digestsOnThreads: StartDigests = (algorithms, bytes) => {
  const isWorth = bytes === undefined || bytes >= WORTH_BYTES;
  // Node before 20.16, on which clients may run, has none of what the thread's program needs.
  if (!isWorth || process.getBuiltinModule === undefined) return digestsAtOnce(algorithms, bytes);
  const threads = [...new Set(algorithms)].map((name) => [name, startDigestThread(name)] as const);
  let parts: DigestThread | undefined;
  return {
    add: async (some) => {
      await Promise.all(threads.map(([, thread]) => thread.update(some)));
    },
    md5Of: (some) => {
      parts ??= startDigestThread("md5");
      return parts.alone(some);
    },
    digests: async () =>
      new Map(
        await Promise.all(threads.map(async ([name, thread]) => [name, await thread.digest()] as const)),
      ),
    close: () => {
      for (const [, thread] of threads) thread.close();
      parts?.close();
    },
  };
};

/** The same for so many at a time, as each takes threads: others are computed at once meanwhile. */
export function digestsOnFewThreads(most: number): StartDigests {
  let running = 0;
  return (algorithms, bytes) => {
    if (running >= most) return digestsAtOnce(algorithms, bytes);
    running++;
    const digests = digestsOnThreads(algorithms, bytes);
    let isOpen = true;
    const close = () => {
      if (isOpen) running--;
      isOpen = false;
      digests.close();
    };
    return { ...digests, close };
  };
}
