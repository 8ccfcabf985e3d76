import { createHash } from "node:crypto";
import { type DigestThread, startDigestThread } from "./digest-thread.ts";
import { digestsAtOnce, type RunningDigests, type StartDigests } from "./running-digests.ts";

type StartThread = (algorithm: string) => DigestThread;

/** Less is hashed in the time that threads take to start (30 ms of a processor each). */
const WORTH_BYTES = 64 * 1024 ** 2;

// Node before 20.16, on which clients may run, has none of what the thread's program needs.
const areWorthThreads = (bytes: number | undefined): boolean =>
  (bytes === undefined || bytes >= WORTH_BYTES) && process.getBuiltinModule !== undefined;

/** A thread for each algorithm; undefined, and none left behind, where the system starts no more. */
function startThreads(
  algorithms: Iterable<string>,
  start: StartThread,
): ReadonlyMap<string, DigestThread> | undefined {
  const threads = new Map<string, DigestThread>();
  try {
    for (const name of new Set(algorithms)) threads.set(name, start(name));
    return threads;
  } catch {
    for (const thread of threads.values()) thread.close();
    return undefined;
  }
}

/** Undefined where threads are not worth it, or cannot be started. */
function runOnThreads(
  algorithms: Iterable<string>,
  bytes: number | undefined,
  start: StartThread,
): RunningDigests | undefined {
  const threads = areWorthThreads(bytes) ? startThreads(algorithms, start) : undefined;
  if (!threads) return undefined;
  let parts: ReadonlyMap<string, DigestThread> | undefined;
  return {
    add: async (some) => {
      await Promise.all([...threads.values()].map((thread) => thread.update(some)));
    },
    md5Of: async (some) => {
      parts ??= startThreads(["md5"], start);
      return parts?.get("md5")?.alone(some) ?? createHash("md5").update(some).digest("hex");
    },
    digests: async () =>
      new Map(
        await Promise.all([...threads].map(async ([name, thread]) => [name, await thread.digest()] as const)),
      ),
    close: () => {
      for (const thread of [...threads.values(), ...(parts?.values() ?? [])]) thread.close();
    },
  };
}

/**
 * Digests that are computed on a thread for each algorithm, and one for the MD5 of parts: whoever fetches and sends the
 * bytes has a processor for that alone, where there are more than one. Bytes should lie in shared memory: others are copied.
 * Few bytes, and all where no thread can be started, are hashed at once.
 */
export const digestsOnThreads: StartDigests = (algorithms, bytes) =>
  runOnThreads(algorithms, bytes, startDigestThread) ?? digestsAtOnce(algorithms, bytes);

/** The same for so many at a time, as each takes threads: others are computed at once meanwhile. */
export function digestsOnFewThreads(most: number, start: StartThread = startDigestThread): StartDigests {
  let running = 0;
  return (algorithms, bytes) => {
    const digests = running < most ? runOnThreads(algorithms, bytes, start) : undefined;
    if (!digests) return digestsAtOnce(algorithms, bytes);
    running++;
    let isOpen = true;
    const close = () => {
      if (isOpen) running--;
      isOpen = false;
      digests.close();
    };
    return { ...digests, close };
  };
}
