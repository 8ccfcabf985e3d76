import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import type { EndpointContext } from "./ask-endpoint.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { askForCopy, type CopyNews } from "./copy-news.ts";
import type { Log } from "./log.ts";
import { readUrl } from "./read-url.ts";
import { announcedMs, waitForCopy } from "./wait-for-copy.ts";

/** What has been given to the client cannot be gone on with: all that is left is to break its connection. */
class CopyLost extends Error {}

export type FollowContext = EndpointContext & { readonly log: Log };

/** The least pause between two questions that bring nothing. */
const NEWS_MS = 1000;

/** Refusals after which the same question may be answered: an attempt that failed, and what gateways say under load. */
const passing = new Set([429, 502, 503, 504]);

interface Follow {
  readonly bytes: AsyncGenerator<Buffer>;
  /** Of the whole copy, known when it is verified. */
  readonly sha512: () => string | undefined;
}

/**
 * The bytes of a copy that is being made: piece after piece, and from when it is complete and verified on what is left of
 * it. What breaks is gone on with at the same byte, with another URL, while something comes once in `copyMs`.
 */
function follow(exchange: ClientExchange, context: EndpointContext, first: CopyNews): Follow {
  const { copy, size, piece_bytes } = first;
  let at = 0;
  let since = Date.now();
  let sha512: string | undefined;

  async function* read(url: URL, start: number, length: number) {
    for await (const chunk of readUrl({ url, start, length }, exchange, context)) {
      at += chunk.length;
      since = Date.now();
      yield chunk;
    }
  }

  async function* pieces(news: CopyNews): AsyncGenerator<Buffer, number> {
    for (const url of news.pieces) {
      const start = at % piece_bytes;
      yield* read(url, start, piece_bytes - start);
    }
    return 0;
  }

  /** Reads what there is now; returns the milliseconds after which there may be more. */
  async function* more(): AsyncGenerator<Buffer, number> {
    const followed = await askForCopy(exchange, context, Math.floor(at / piece_bytes));
    if ("news" in followed) {
      if (followed.news.copy !== copy) throw new CopyLost("the copy was begun anew");
      return yield* pieces(followed.news);
    }
    const { answer } = followed;
    answer.resume();
    const { location, "x-image-sha512": hash } = answer.headers;
    if (answer.statusCode === 302 && location !== undefined) {
      if (typeof hash !== "string") throw new CopyLost("the image is served from elsewhere now");
      sha512 = hash;
      yield* read(new URL(location), at, size - at);
      return 0;
    }
    if (!passing.has(answer.statusCode ?? 0))
      throw new CopyLost(`the image API answered ${answer.statusCode}`);
    return announcedMs(answer) ?? NEWS_MS;
  }

  async function* bytes() {
    for (let next = () => pieces(first); at < size; next = more) {
      const before = at;
      let announced = 0;
      try {
        announced = yield* next();
      } catch (error) {
        if (!(error instanceof ExchangeFailed)) throw error;
      }
      if (at > before) continue;
      const pause = { announced: Math.max(announced, NEWS_MS), since };
      if (!(await waitForCopy(exchange, context.limits, pause)))
        throw new CopyLost("nothing more of the copy came");
    }
  }
  return { bytes: bytes(), sha512: () => sha512 };
}

/** All but the last bytes as they come, and those when all are known to be the image's. Throws CopyLost. */
async function* heldBack({ bytes, sha512 }: Follow): AsyncGenerator<Buffer> {
  const hash = createHash("sha512");
  let held: Buffer | undefined;
  for await (const chunk of bytes) {
    hash.update(chunk);
    if (held) yield held;
    held = chunk;
  }
  if (hash.digest("hex") !== sha512()) throw new CopyLost("what was given is not what was verified");
  if (held) yield held;
}

/**
 * Answers a read of image data with the copy that is being made of it. The client gets the bytes before they are verified,
 * and never all of them: the last ones come when the copy is verified and equals what was sent; else its connection
 * breaks, and CopyLost or what else went wrong is thrown.
 */
export async function followCopy(
  exchange: ClientExchange,
  context: FollowContext,
  first: CopyNews,
): Promise<void> {
  const { response, requestId, path } = exchange;
  response.writeHead(200, {
    ...first.cors,
    "x-openstack-request-id": requestId,
    "content-type": "application/octet-stream",
    "content-length": first.size,
  });
  // Nobody is waited for who takes nothing; what the copy may take at most is shorter.
  response.setTimeout(context.limits.bodyIdleMs, () => response.destroy());
  const followed = follow(exchange, context, first);
  async function* counted() {
    for await (const chunk of heldBack(followed)) {
      exchange.bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    await pipeline(counted(), response);
  } catch (error) {
    if (error instanceof CopyLost) context.log("copy_lost", { path, reason: error.message });
    throw error;
  }
}
