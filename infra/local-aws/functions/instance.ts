import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "../template/functions.ts";
import type { InstanceData, InstanceMessage } from "./instance-program.ts";
import { failed, type Invocation, type Outcome } from "./invocation.ts";
import { logLines } from "./log-lines.ts";

/** Lambda's bound on the time before the handler is there (developer guide, "Lambda execution environment"). */
const initTimeoutMilliseconds = 10_000;

export interface InstanceOptions {
  readonly definition: FunctionDefinition;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes a line of JSON, with its end. */
  readonly onOutput: (line: string) => void;
}

/** One execution environment of a function: a worker thread that handles one event at a time until it ends. */
export class Instance {
  readonly #worker: Worker;
  readonly #definition: FunctionDefinition;
  #ended = false;
  #listener: ((outcome: Outcome | "ready") => void) | undefined;
  readonly #initialised: Promise<Outcome | "ready">;

  constructor({ definition, environment, onOutput }: InstanceOptions) {
    this.#definition = definition;
    const { directory, handler, functionName, arn, memoryMegabytes } = definition;
    const compileCache = process.env.NODE_COMPILE_CACHE;
    this.#worker = new Worker(new URL("./instance-program.ts", import.meta.url), {
      // A thread keeps compiled code where its own environment says so (Node's module.enableCompileCache).
      env: { ...environment, ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }) },
      execArgv: [],
      stdout: true,
      stderr: true,
      workerData: { directory, handler, functionName, arn, memoryMegabytes } satisfies InstanceData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    });
    logLines(this.#worker.stdout, onOutput);
    logLines(this.#worker.stderr, onOutput);
    this.#worker.on("message", (message: InstanceMessage) => this.#settle(outcomeOf(message)));
    this.#worker.on("error", (error) => this.#end(failureOfCrash(error)));
    this.#worker.on("exit", (code) =>
      this.#end(failed("Runtime.ExitError", `Error: Runtime exited with error: exit status ${code}`)),
    );
    this.#initialised = this.#expect(initTimeoutMilliseconds, () =>
      failed("Sandbox.Timedout", `Error: Init timed out after ${initTimeoutMilliseconds / 1000}.00 seconds`),
    );
  }

  /** An ended instance takes no more events. */
  get ended(): boolean {
    return this.#ended;
  }

  async invoke(requestId: string, event: string, trace: string): Promise<Outcome> {
    const initialised = await this.#initialised;
    if (initialised !== "ready") {
      await this.end();
      return initialised;
    }
    const { timeoutSeconds } = this.#definition;
    const milliseconds = timeoutSeconds * 1000;
    const timedOut = () =>
      failed(
        "Sandbox.Timedout",
        `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
      );
    const outcome = this.#expect(milliseconds, timedOut);
    const deadline = Date.now() + milliseconds;
    this.#worker.postMessage({ requestId, event, trace, deadline } satisfies Invocation);
    const result = await outcome;
    return result === "ready" ? failed("Runtime.Unknown", "the instance answered out of turn") : result;
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  /** The next thing the worker says or comes to; too late ends the worker. */
  #expect(milliseconds: number, late: () => Outcome): Promise<Outcome | "ready"> {
    if (this.#ended) return Promise.resolve(failed("Runtime.ExitError", "Error: the instance has ended"));
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end(late()), milliseconds);
      this.#listener = (outcome) => {
        clearTimeout(timer);
        this.#listener = undefined;
        resolve(outcome);
      };
    });
  }

  #settle(outcome: Outcome | "ready"): void {
    this.#listener?.(outcome);
  }

  #end(outcome: Outcome): void {
    this.#ended = true;
    this.#settle(outcome);
    this.#worker.terminate();
  }
}

function outcomeOf(message: InstanceMessage): Outcome | "ready" {
  if (message.kind === "ready") return "ready";
  return message.kind === "result"
    ? { ok: true, payload: message.payload }
    : { ok: false, error: message.error };
}

function failureOfCrash(error: unknown): Outcome {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return failed("Runtime.OutOfMemory", "Error: Runtime exited with error: signal: killed");
  }
  return failed(name ?? "Error", message ?? String(error));
}
