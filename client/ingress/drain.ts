import type { IncomingMessage } from "node:http";
import type { Limits } from "./limits.ts";
import { requestBody } from "./request-body.ts";

type DrainLimits = Pick<Limits, "drainBytes" | "drainMs" | "lingerMs">;

/** Whether the body is announced as larger than what is drained: the connection cannot be kept. */
export const isBeyondDraining = (request: IncomingMessage, { drainBytes }: DrainLimits): boolean =>
  Number(request.headers["content-length"] ?? 0) > drainBytes;

/**
 * Reads the rest of a refused body and throws it away. Chunked senders (glance, nova, cinder) look for the answer
 * only when they have sent everything: without this they report a broken pipe instead of the refusal.
 * False: there is more than the limits allow, or the client has gone; the connection must be closed.
 */
export async function drain(request: IncomingMessage, limits: DrainLimits): Promise<boolean> {
  const patienceMs = isBeyondDraining(request, limits) ? limits.lingerMs : limits.drainMs;
  const signal = AbortSignal.timeout(patienceMs);
  let bytes = 0;
  try {
    for await (const chunk of requestBody(request, patienceMs, signal)) {
      bytes += chunk.length;
      if (bytes > limits.drainBytes) return false;
    }
    return true;
  } catch {
    return false;
  }
}
