import { constants, createHash, createPrivateKey, createSign } from "node:crypto";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/**
 * Hashing at 600 MB/s a core would leave an upload no time to send: it runs beside, one thread an algorithm, on
 * shared memory. The same module is both sides, so that it works from source and from a single-file bundle alike.
 */
const ROLE = "imagectl-hash";

type Question = { readonly bytes: Uint8Array; readonly alone: boolean } | { readonly end: true };
/** `alone`: the digest of these bytes by themselves. */
type Reply = { readonly alone?: Uint8Array; readonly taken?: true; readonly digest?: string };

interface ThreadData {
  readonly role: string;
  readonly algorithm: string;
  readonly key?: string;
}

export interface HashThread {
  /**
   * Appends to the whole. `alone` resolves to the digest of these bytes by themselves when asked for, `taken` when
   * the buffer (over shared memory) may be changed again. Calls are taken in order, without waiting for each other.
   */
  update(
    bytes: Uint8Array,
    alone: boolean,
  ): { readonly alone: Promise<Buffer>; readonly taken: Promise<void> };
  /** Digest of the whole, hex; of a thread that signs, the signature in base64. */
  digest(): Promise<string>;
  close(): void;
}

/** Promise.withResolvers, which Node 20 has not. */
function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}

export const startHashThread = (algorithm: string): HashThread => startThread({ role: ROLE, algorithm });

/** Signs what it is given instead: node:crypto signs only what it has hashed itself. `key`: private, PEM. */
export const startSignThread = (algorithm: string, key: string): HashThread =>
  startThread({ role: ROLE, algorithm, key });

function startThread(workerData: ThreadData): HashThread {
  const worker = new Worker(new URL(import.meta.url), { workerData });
  const waiting: { hear(reply: Reply): boolean; fail(error: unknown): void }[] = [];
  let failure: unknown;
  worker.on("message", (reply: Reply) => {
    if (waiting[0]?.hear(reply)) waiting.shift();
  });
  const failAll = (error: unknown) => {
    failure = error;
    for (const { fail } of waiting.splice(0)) fail(error);
  };
  worker.on("error", failAll);
  worker.on("exit", () => failAll(new Error("the hash thread ended")));

  function ask(question: Question, hear: (reply: Reply) => boolean, fail: (error: unknown) => void): void {
    if (failure !== undefined) {
      fail(failure);
      return;
    }
    waiting.push({ hear, fail });
    worker.postMessage(question);
  }

  return {
    update: (bytes, alone) => {
      const digest = deferred<Buffer>();
      const taken = deferred<void>();
      // Whoever waits for one of the two hears of a failure there; the other must not end the process.
      digest.promise.catch(() => undefined);
      taken.promise.catch(() => undefined);
      ask(
        { bytes, alone },
        (reply) => {
          if (reply.alone) digest.resolve(Buffer.from(reply.alone));
          if (reply.taken) taken.resolve();
          return reply.taken === true;
        },
        (error) => {
          digest.reject(error);
          taken.reject(error);
        },
      );
      return { alone: digest.promise, taken: taken.promise };
    },
    digest: () =>
      new Promise((resolve, reject) => {
        const hear = ({ digest }: Reply) => {
          if (digest !== undefined) resolve(digest);
          return digest !== undefined;
        };
        ask({ end: true }, hear, reject);
      }),
    close: () => void worker.terminate(),
  };
}

/** A hash, or what signs with it as python3-cursive verifies: with PSS, and the longest salt, where that is a choice. */
function wholeOf({ algorithm, key }: ThreadData) {
  if (key === undefined) {
    const hash = createHash(algorithm);
    return { update: (bytes: Uint8Array) => hash.update(bytes), end: () => hash.digest("hex") };
  }
  const signer = createSign(algorithm);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN };
  const isRsa = createPrivateKey(key).asymmetricKeyType === "rsa";
  return {
    update: (bytes: Uint8Array) => signer.update(bytes),
    end: () => signer.sign({ key, ...(isRsa && pss) }, "base64"),
  };
}

function serve(data: ThreadData): void {
  const { algorithm } = data;
  const whole = wholeOf(data);
  const reply = (message: Reply) => parentPort?.postMessage(message);
  parentPort?.on("message", (question: Question) => {
    if ("end" in question) {
      reply({ digest: whole.end() });
      return;
    }
    // First what somebody is waiting for.
    if (question.alone) reply({ alone: createHash(algorithm).update(question.bytes).digest() });
    whole.update(question.bytes);
    reply({ taken: true });
  });
}

const data = workerData as ThreadData | null;
if (!isMainThread && data?.role === ROLE) serve(data);
