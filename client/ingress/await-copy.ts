import { askEndpoint, type EndpointContext } from "./ask-endpoint.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { askForCopy, type CopyNews, type Followed } from "./copy-news.ts";
import { announcedMs, waitForCopy } from "./wait-for-copy.ts";

/** Before the first piece is there: as the service says it of data without pieces. */
const NEWS_MS = 2000;

/** A read of image data, which has no body and can be asked again. */
const isDataRead = ({ request, path }: ClientExchange): boolean =>
  request.method === "GET" && /\/images\/[^/]+\/file$/.test(path);

/** Part of an image cannot be compared with a hash: it is given when all of the copy has been. */
const canFollow = ({ request: { headers } }: ClientExchange): boolean =>
  headers.range === undefined && headers["x-image-follow-copy"] === undefined;

const hasPieces = (followed: Followed): followed is { readonly news: CopyNews } =>
  "news" in followed && followed.news.pieces.length > 0;

/**
 * The endpoint's answer, waited for where it says that the image's data is being copied to where it can be served: until
 * there is a piece of the copy that can be followed, or all of it, `copyMs` at most. Then, when the next attempt is later
 * than that, and when the client has gone, the refusal is the answer. One copy serves all who wait. Throws what
 * askEndpoint throws.
 */
export async function askUntilCopied(exchange: ClientExchange, context: EndpointContext): Promise<Followed> {
  const plainly = async () => ({ answer: await askEndpoint(exchange, context) });
  if (!isDataRead(exchange)) return plainly();
  const since = Date.now();
  for (;;) {
    const followed = canFollow(exchange) ? await askForCopy(exchange, context, 0) : await plainly();
    if (hasPieces(followed)) return followed;
    const announced = "news" in followed ? NEWS_MS : announcedMs(followed.answer);
    if (announced === undefined) return followed;
    if (!(await waitForCopy(exchange, context.limits, { announced, since })))
      return "news" in followed ? plainly() : followed;
    if ("answer" in followed) followed.answer.resume();
  }
}
