import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientExchange } from "./client-exchange.ts";
import type { Limits } from "./limits.ts";

/** Milliseconds until the data may be there; undefined for every answer that does not say so (docs/caching.md). */
export function announcedMs({ statusCode, headers }: IncomingMessage): number | undefined {
  const seconds = Number(headers["retry-after"]);
  return statusCode === 503 && seconds > 0 ? seconds * 1000 : undefined;
}

/** Nothing is being copied before: the last attempt failed, and the service says when it makes the next one. */
const FAR_MS = 15_000;

/** Reads of many are answered at the same moment: their questions do not come at the same one. */
const scattered = (ms: number): number => ms * (0.75 + Math.random() / 2);

/**
 * Sleeps, or wakes when the client has gone: then false. One that closes its side only counts as gone, too, as nothing
 * else would tell for minutes: it is refused, and may ask again.
 */
async function waits({ request: { socket }, response }: ClientExchange, ms: number): Promise<boolean> {
  const isGone = () => response.destroyed || socket.destroyed || socket.readableEnded;
  const gone = new AbortController();
  const leave = () => gone.abort();
  if (isGone()) return false;
  socket.once("end", leave).once("close", leave);
  try {
    await sleep(ms, undefined, { signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    socket.off("end", leave).off("close", leave);
  }
  return !isGone();
}

/**
 * Waits for news of a copy, `announced` milliseconds or seldomer, the longer nothing has come: each question is a run of a
 * function. False when it would be longer than `copyMs` since `since`, or the client has gone.
 */
export async function waitForCopy(
  exchange: ClientExchange,
  { copyMs, copyPauseMs }: Limits,
  { announced, since }: { readonly announced: number; readonly since: number },
): Promise<boolean> {
  const waited = Date.now() - since;
  const soon = scattered(Math.min(copyPauseMs, Math.max(announced, waited / 4)));
  const pause = announced > FAR_MS ? announced + soon : soon;
  return waited + pause <= copyMs && (await waits(exchange, pause));
}
