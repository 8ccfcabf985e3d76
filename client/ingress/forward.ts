import { pipeline } from "node:stream/promises";
import { GlanceError } from "../../shared/errors.ts";
import { collectAnswer } from "../transfer/collect-answer.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { faultAnswer, sendAnswer } from "./answer.ts";
import { askUntilCopied } from "./await-copy.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { drain } from "./drain.ts";
import { type FollowContext, followCopy } from "./follow-copy.ts";
import { responseHeaders } from "./headers.ts";
import { Refusal } from "./refusal.ts";
import { leadsPast, rewriteBody, rewriteHeaders } from "./rewrite.ts";

/**
 * Passes one request on to the endpoint and its answer back, both streamed; only what would lead the client past the
 * ingress is changed. Never throws.
 */
export async function forward(exchange: ClientExchange, context: FollowContext): Promise<void> {
  const { request, response, path, publicUrl } = exchange;
  const { limits } = context;
  try {
    const followed = await askUntilCopied(exchange, context);
    if ("news" in followed) {
      await followCopy(exchange, context, followed.news);
      return;
    }
    const { answer } = followed;
    const status = answer.statusCode ?? 502;
    const bases = { endpoint: context.endpoint, publicUrl };
    const headers = rewriteHeaders(responseHeaders(answer, exchange.requestId), status, bases);

    if (request.method !== "HEAD" && leadsPast(path, status, answer.headers["content-type"])) {
      const body = rewriteBody(await collectAnswer(answer, limits.rewriteBytes, "the image API"), bases);
      const { etag: _etag, "content-md5": _md5, ...rest } = headers;
      exchange.bytes += body.length;
      await sendAnswer(exchange, { status, headers: rest, body }, limits);
      return;
    }
    answer.on("data", (chunk: Buffer) => {
      exchange.bytes += chunk.length;
    });
    answer.pause();
    response.writeHead(status, headers);
    await pipeline(answer, response, { end: false });
    // An answer that came before the end of the body: the client looks at it only when it has sent all.
    const isWhole = request.complete || exchange.awaitsContinue || (await drain(request, limits));
    response.end(() => {
      if (!isWhole) response.socket?.destroySoon();
    });
  } catch (error) {
    if (response.headersSent) response.destroy();
    else await sendAnswer(exchange, faultAnswer(unreachable(error), exchange), limits);
  }
}

function unreachable(error: unknown): GlanceError {
  if (error instanceof GlanceError) return error;
  const isTimeout = error instanceof ExchangeFailed && error.kind === "timeout";
  const reason = error instanceof ExchangeFailed ? error.message : "the ingress failed";
  return new Refusal(isTimeout ? 504 : 502, `The image API did not answer: ${reason}.`);
}
