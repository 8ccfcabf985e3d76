import { Worker } from "node:worker_threads";

/** Without `alone`: appended to what came before, or the digest of all of it. */
type Question = { readonly bytes?: Uint8Array; readonly alone?: true };

/** A thread that hashes what it is given, in the order in which it is given. */
export interface DigestThread {
  /** Appends the bytes. Resolves when they may be changed again. */
  readonly update: (bytes: Uint8Array) => Promise<void>;
  /** The digest of these bytes by themselves, hex. */
  readonly alone: (bytes: Uint8Array) => Promise<string>;
  /** The digest of all that was appended, hex. */
  readonly digest: () => Promise<string>;
  /** Ends the thread; what is asked of it yet is rejected. */
  readonly close: () => void;
}

/**
 * The thread's program. It is handed over as text, so that it needs no file of its own beside a bundle: nothing of this
 * module may be named in it.
 */
function hashing(): void {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
  const whole = createHash(workerData);
  parentPort?.on("message", ({ bytes, alone }: Question) => {
    if (!bytes) parentPort?.postMessage(whole.digest("hex"));
    else if (alone) parentPort?.postMessage(createHash(workerData).update(bytes).digest("hex"));
    else {
      whole.update(bytes);
      parentPort?.postMessage("");
    }
  });
}

/** Enough for a program of ten lines; the bytes lie elsewhere. */
const HEAP_MIB = 16;

/**
 * Starts a thread for an algorithm of node:crypto. Bytes in shared memory are hashed where they are, others are copied
 * to it. Of the environment the thread knows nothing.
 */
export function startDigestThread(algorithm: string): DigestThread {
  const worker = new Worker(`(${hashing})()`, {
    eval: true,
    workerData: algorithm,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  const waiting: { readonly resolve: (answer: string) => void; readonly reject: (error: unknown) => void }[] =
    [];
  let failure: unknown;
  worker.on("message", (answer: string) => waiting.shift()?.resolve(answer));
  const fail = (error: unknown) => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error(`the thread for ${algorithm} has ended`)));

  const ask = (question: Question): Promise<string> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      waiting.push({ resolve, reject });
      worker.postMessage(question);
    });
  return {
    update: async (bytes) => void (await ask({ bytes })),
    alone: (bytes) => ask({ bytes, alone: true }),
    digest: () => ask({}),
    close: () => void worker.terminate(),
  };
}
