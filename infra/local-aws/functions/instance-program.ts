// What runs in an instance's worker thread: loads the bundle, then handles one event after the other.
import { existsSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { ownValue } from "../own-value.ts";
import type { FunctionError, Invocation } from "./invocation.ts";

export interface InstanceData {
  readonly directory: string;
  /** `file.export` */
  readonly handler: string;
  readonly functionName: string;
  readonly arn: string;
  readonly memoryMegabytes: number;
}

export type InstanceMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly payload: string }
  | { readonly kind: "error"; readonly error: FunctionError };

type Handler = (event: unknown, context: object) => unknown;

const data = workerData as InstanceData;
const say = (message: InstanceMessage): void => parentPort?.postMessage(message);

const describe = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error) };

async function loadHandler(): Promise<Handler> {
  const [file = "", name = ""] = data.handler.split(".");
  const path = [".mjs", ".js", ".cjs"].map((ending) => join(data.directory, file + ending)).find(existsSync);
  if (path === undefined) throw new Error(`Cannot find module '${file}'`);
  const handler = ownValue(await import(pathToFileURL(path).href), name);
  if (typeof handler !== "function") throw new Error(`${data.handler} is undefined or not exported`);
  return handler as Handler;
}

const contextOf = ({ requestId, deadline }: Invocation) => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: data.functionName,
  functionVersion: "$LATEST",
  invokedFunctionArn: data.arn,
  logGroupName: `/aws/lambda/${data.functionName}`,
  logStreamName: "local",
  memoryLimitInMB: String(data.memoryMegabytes),
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

async function handle(handler: Handler, invocation: Invocation): Promise<void> {
  // As Lambda's runtime sets it again for each invocation; the SDK sends it along.
  process.env._X_AMZN_TRACE_ID = invocation.trace;
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    say({ kind: "result", payload: JSON.stringify(result) ?? "null" });
  } catch (error) {
    say({ kind: "error", error: describe(error) });
  }
}

try {
  // Node has read it when the thread began; Lambda has no such variable.
  delete process.env.NODE_COMPILE_CACHE;
  const handler = await loadHandler();
  flushCompileCache();
  parentPort?.on("message", (invocation: Invocation) => handle(handler, invocation));
  say({ kind: "ready" });
} catch (error) {
  say({ kind: "error", error: describe(error) });
}
