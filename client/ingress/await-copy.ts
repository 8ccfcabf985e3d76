import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { askEndpoint, type EndpointContext } from "./ask-endpoint.ts";
import type { ClientExchange } from "./client-exchange.ts";

/** A read of image data, which has no body and can be asked again. */
const isDataRead = ({ request, path }: ClientExchange): boolean =>
  request.method === "GET" && /\/images\/[^/]+\/file$/.test(path);

/** Milliseconds until the data may be there; undefined for every other answer (docs/caching.md). */
function pauseIn(answer: IncomingMessage): number | undefined {
  const seconds = Number(answer.headers["retry-after"]);
  return answer.statusCode === 503 && seconds > 0 ? seconds * 1000 : undefined;
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
 * The endpoint's answer, waited for where it says that the image's data is being copied to where it can be served: the
 * client sees nothing of that but time, `copyMs` at most. Then, when the next attempt is later than that, and when the
 * client has gone, the refusal is the answer.
 * One copy serves all who wait. Throws what askEndpoint throws.
 */
export async function askUntilCopied(
  exchange: ClientExchange,
  context: EndpointContext,
): Promise<IncomingMessage> {
  const { copyMs, copyPauseMs } = context.limits;
  const end = Date.now() + copyMs;
  for (;;) {
    const answer = await askEndpoint(exchange, context);
    const announced = isDataRead(exchange) ? pauseIn(answer) : undefined;
    if (announced === undefined) return answer;
    // Seldomer, the longer it takes: each question is a run of a function.
    const waited = copyMs - (end - Date.now());
    const soon = scattered(Math.min(copyPauseMs, Math.max(announced, waited / 4)));
    const pause = announced > FAR_MS ? announced + soon : soon;
    if (Date.now() + pause > end || !(await waits(exchange, pause))) return answer;
    answer.resume();
  }
}
