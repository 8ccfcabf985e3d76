import { randomUUID } from "node:crypto";
import type { FunctionDefinition } from "../template/functions.ts";
import { Instance } from "./instance.ts";
import { failed, type Outcome, payloadLimits } from "./invocation.ts";
import { traceOf } from "./lineage.ts";

/** Instances of one function that may live at once; Lambda would start a thousand. */
const defaultConcurrency = 4;
/** Events that may wait for an instance; Lambda would answer TooManyRequestsException at once. */
const longestQueue = 1000;
const idleMilliseconds = 5 * 60_000;

export interface FunctionPoolOptions {
  readonly definition: FunctionDefinition;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes a line of JSON, with its end. */
  readonly onOutput: (line: string) => void;
  readonly concurrency?: number;
}

/** Invokes one function: an instance takes one event at a time, more are started up to a bound, then events wait. */
export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #bound: number;
  readonly #idle: { readonly instance: Instance; readonly timer: NodeJS.Timeout }[] = [];
  readonly #busy = new Set<Instance>();
  readonly #queue: ((instance: Instance | undefined) => void)[] = [];
  #closed = false;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    const { concurrency = defaultConcurrency, definition } = options;
    this.#bound = Math.max(1, Math.min(concurrency, definition.reservedConcurrency ?? concurrency));
  }

  get definition(): FunctionDefinition {
    return this.#options.definition;
  }

  /**
   * Never throws: what goes wrong is an outcome in Lambda's form. `kind` decides the payload limits, `trace` is the header
   * that goes on from here; without one a chain of requests begins.
   */
  async invoke(
    event: string,
    kind: keyof typeof payloadLimits = "synchronous",
    trace = traceOf(this.#options.definition.arn).header,
  ): Promise<Outcome> {
    if (Buffer.byteLength(event) > payloadLimits[kind]) {
      return failed(
        "RequestEntityTooLargeException",
        `Request must be smaller than ${payloadLimits[kind]} bytes`,
      );
    }
    if (this.#queue.length >= longestQueue) return failed("TooManyRequestsException", "Rate Exceeded.");
    const instance = await this.#acquire();
    if (!instance) return failed("ServiceException", "the runtime is stopping");
    const outcome = await instance.invoke(randomUUID(), event, trace);
    this.#release(instance);
    if (!outcome.ok) this.#report(outcome);
    return withinLimit(outcome);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting(undefined);
    for (const { timer } of this.#idle) clearTimeout(timer);
    await Promise.all(
      [...this.#idle.map(({ instance }) => instance), ...this.#busy].map((instance) => instance.end()),
    );
  }

  async #acquire(): Promise<Instance | undefined> {
    if (this.#closed) return undefined;
    // The latest first, so that the others can grow old and end.
    for (let rested = this.#idle.pop(); rested; rested = this.#idle.pop()) {
      clearTimeout(rested.timer);
      if (!rested.instance.ended) return this.#occupy(rested.instance);
    }
    if (this.#busy.size < this.#bound) return this.#occupy(new Instance(this.#options));
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #occupy(instance: Instance): Instance {
    this.#busy.add(instance);
    return instance;
  }

  #release(instance: Instance): void {
    this.#busy.delete(instance);
    if (this.#closed) return;
    const next = this.#queue.shift();
    if (next) next(this.#occupy(instance.ended ? new Instance(this.#options) : instance));
    else if (!instance.ended) this.#rest(instance);
  }

  #rest(instance: Instance): void {
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((rested) => rested.instance === instance);
      if (at >= 0) this.#idle.splice(at, 1);
      instance.end();
    }, idleMilliseconds).unref();
    this.#idle.push({ instance, timer });
  }

  #report({ error }: Outcome & { ok: false }): void {
    const { definition, onOutput } = this.#options;
    onOutput(
      `${JSON.stringify({ level: "ERROR", service: definition.name, message: "invocation failed", ...error })}\n`,
    );
  }
}

function withinLimit(outcome: Outcome): Outcome {
  if (!outcome.ok || Buffer.byteLength(outcome.payload) <= payloadLimits.synchronous) return outcome;
  return failed(
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${payloadLimits.synchronous} bytes).`,
  );
}
