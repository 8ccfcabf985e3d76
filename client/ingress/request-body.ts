import type { IncomingMessage } from "node:http";

/** The client went away, or its connection broke, before the body was complete. */
export class BodyBroken extends Error {}

/** The client kept the connection but sent nothing for too long. */
export class BodyStalled extends Error {}

const happenings = ["readable", "end", "error", "close"] as const;

function nextHappening(request: IncomingMessage, idleMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      for (const event of happenings) request.off(event, happened);
      signal.removeEventListener("abort", aborted);
    };
    const happened = () => {
      leave();
      resolve();
    };
    const aborted = () => {
      leave();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      leave();
      reject(new BodyStalled(`no byte of the body for ${idleMs / 1000} s`));
    }, idleMs);
    for (const event of happenings) request.on(event, happened);
    signal.addEventListener("abort", aborted, { once: true });
  });
}

/**
 * The body's bytes as they arrive, read only as fast as they are taken. Leaving the loop early does not destroy the
 * request (`for await` over the request itself does): an answer can still be sent, and the rest drained.
 * Throws BodyBroken, BodyStalled or the signal's reason.
 */
export async function* requestBody(
  request: IncomingMessage,
  idleMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    signal.throwIfAborted();
    const chunk: Buffer | null = request.read();
    if (chunk !== null) yield chunk;
    else if (request.readableEnded) return;
    else if (request.destroyed) throw new BodyBroken("the connection broke in the body");
    else await nextHappening(request, idleMs, signal);
  }
}

/** Waits for the body's first byte without taking it. False: the body is empty. Throws as `requestBody` does. */
export async function bodyBegins(
  request: IncomingMessage,
  idleMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    if (request.readableLength > 0) return true;
    if (request.readableEnded) return false;
    if (request.destroyed) throw new BodyBroken("the connection broke before the body");
    await nextHappening(request, idleMs, signal);
  }
}
