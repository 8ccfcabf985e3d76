import { Worker } from "node:worker_threads";
import type { Call, Principal, Statement } from "../../iam/principal.ts";
import type { S3Emulator, S3Settings } from "./options.ts";

/** Plain data: a Judge is functions, so the worker makes its own. */
export interface S3WorkerSettings extends S3Settings {
  readonly principals: readonly Principal[];
  /** By bucket name. */
  readonly bucketPolicies: Readonly<Record<string, readonly Statement[]>>;
}

export type S3WorkerMessage =
  | { readonly type: "ready"; readonly port: number }
  | { readonly type: "call"; readonly call: Call };

/**
 * Starts the S3 emulator in a thread of its own, because hashing gigabytes would hold up everything else in the
 * runtime's. Rejects when it does not start; `onFailure` is told should it die later.
 */
export async function startS3InWorker(
  settings: S3WorkerSettings,
  onCall: (call: Call) => void,
  onFailure: (error: Error) => void,
): Promise<S3Emulator> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: settings });
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) =>
      reject(new Error(`the S3 emulator ended with ${code} before it was ready`)),
    );
    worker.on("message", (message: S3WorkerMessage) => {
      if (message.type === "ready") resolve(message.port);
      else onCall(message.call);
    });
  });
  worker.on("error", onFailure);
  return {
    port,
    close: async () => {
      worker.postMessage("close");
      await exited;
    },
  };
}
