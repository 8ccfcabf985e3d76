import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type AsyncConfig, asyncDefaults } from "../template/async-config.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { Outcome } from "./invocation.ts";

/** Between the tries (Lambda guide, "invocation-async-error-handling"). */
const pausesMilliseconds = [60_000, 120_000];

export interface AsynchronousOptions {
  readonly configs: readonly AsyncConfig[];
  readonly clock: Clock;
  /** Sends a record to a queue with the rights of the function, which on AWS are those that Lambda uses. */
  readonly send: (functionName: string, queueArn: string, body: string) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
  /** Waits before another try; false when there is to be none. */
  readonly pause: (milliseconds: number) => Promise<boolean>;
}

export type InvokeAsynchronously = (pool: FunctionPool, event: string) => Promise<Outcome>;

/**
 * Invokes a function as Lambda does for events that nobody waits for: again after an error, as often and as long as the
 * template says, and at the end a record to the failure destination. Answers how the last try ended. Never throws.
 */
export function asynchronously(options: AsynchronousOptions): InvokeAsynchronously {
  const { configs, clock, send, onError, pause } = options;
  return async (pool, event) => {
    const { name, functionName, arn } = pool.definition;
    const config = configs.find((one) => one.functionName === functionName || one.functionName === arn);
    const { retryAttempts, maximumAgeSeconds } = config ?? asyncDefaults;
    const deadline = clock() + maximumAgeSeconds * 1000;
    const requestId = randomUUID();
    let outcome = await pool.invoke(event, "asynchronous");
    let tries = 1;
    let condition = "RetriesExhausted";
    for (; !outcome.ok && tries <= retryAttempts; tries++) {
      const milliseconds = pausesMilliseconds[tries - 1] ?? 0;
      if (clock() + milliseconds > deadline) {
        condition = "EventAgeExceeded";
        break;
      }
      if (!(await pause(milliseconds))) return outcome;
      outcome = await pool.invoke(event, "asynchronous");
    }
    if (outcome.ok || config?.onFailure === undefined) return outcome;
    const record = failureRecord({ arn, requestId, condition, tries, event, outcome, at: clock() });
    await send(name, config.onFailure, JSON.stringify(record)).catch(onError);
    return outcome;
  };
}

interface Failure {
  readonly arn: string;
  readonly requestId: string;
  readonly condition: string;
  readonly tries: number;
  readonly event: string;
  readonly outcome: Outcome & { ok: false };
  readonly at: number;
}

/** Lambda's invocation record (Lambda guide, "Capturing records of Lambda asynchronous invocations"). */
const failureRecord = ({ arn, requestId, condition, tries, event, outcome, at }: Failure) => ({
  version: "1.0",
  timestamp: new Date(at).toISOString(),
  requestContext: { requestId, functionArn: `${arn}:$LATEST`, condition, approximateInvokeCount: tries },
  requestPayload: JSON.parse(event) as unknown,
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: outcome.error,
});
