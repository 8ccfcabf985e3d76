import { createHash, randomBytes } from "node:crypto";

/**
 * Lambda ends a chain of requests in which a function was invoked more than 16 times (AWS what's new, 2023-07-13; Lambda
 * guide, "invocation-recursion", says about 16).
 */
export const mostInvocations = 16;

/**
 * The tracing header by which Lambda tells how often each function was invoked in one chain of requests: a function finds
 * it in `_X_AMZN_TRACE_ID`, the SDK sends it along as `X-Amzn-Trace-Id` (its middleware `recursionDetection`), SQS keeps
 * it as the message's `AWSTraceHeader` (SQS developer guide, "Tracing with X-Ray"). Its part `Lineage` names functions
 * by a hash, each with its count; AWS does not document the form: `Lineage=a87bd80c:2|68fd508a:1`.
 */
export interface Trace {
  readonly header: string;
  /** How often this function was invoked in the chain, this time included. */
  readonly invocations: number;
}

const partOf = (header: string, name: string): string | undefined =>
  new RegExp(`(?:^|;)${name}=([^;]+)`).exec(header)?.[1];

const newRoot = (): string =>
  `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;

function countsIn(header: string): Map<string, number> {
  const entries = (partOf(header, "Lineage") ?? "").split("|").filter((entry) => entry !== "");
  return new Map(
    entries.map((entry) => {
      const [name = "", count] = entry.split(":");
      return [name, Number(count) || 0] as const;
    }),
  );
}

/** What an invocation of the function is given when the request that led to it carried this header (or none). */
export function traceOf(functionArn: string, received = ""): Trace {
  const counts = countsIn(received);
  const name = createHash("sha256").update(functionArn).digest("hex").slice(0, 8);
  const invocations = (counts.get(name) ?? 0) + 1;
  counts.set(name, invocations);
  const lineage = [...counts].map(([each, count]) => `${each}:${count}`).join("|");
  const root = partOf(received, "Root") ?? newRoot();
  return { header: `Root=${root};Sampled=0;Lineage=${lineage}`, invocations };
}
