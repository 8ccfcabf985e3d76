import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { isJsonObject } from "../../shared/json-object.ts";
import { collectAnswer } from "../transfer/collect-answer.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { askEndpoint, type EndpointContext } from "./ask-endpoint.ts";
import type { ClientExchange } from "./client-exchange.ts";

/** What the service tells of a copy that is being made (docs/caching.md). */
export interface CopyNews {
  readonly copy: string;
  readonly size: number;
  readonly piece_bytes: number;
  readonly pieces: readonly URL[];
  /** Which web pages may read an answer about it. */
  readonly cors: OutgoingHttpHeaders;
}

/** What comes of a question: news, or any other answer. */
export type Followed = { readonly news: CopyNews } | { readonly answer: IncomingMessage };

const MOST_BYTES = 256 * 1024;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const corsOf = ({ headers }: IncomingMessage): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );

function parseNews(text: string): Omit<CopyNews, "cors"> {
  const told: unknown = JSON.parse(text);
  if (!isJsonObject(told)) throw new TypeError("no object");
  const { copy, size, piece_bytes, pieces } = told;
  if (typeof copy !== "string" || !isCount(size) || !isCount(piece_bytes) || !Array.isArray(pieces))
    throw new TypeError("a field is missing");
  return { copy, size, piece_bytes, pieces: pieces.map((url) => new URL(String(url))) };
}

/** Asks for an image's data as one who has the first `pieces` of its copy. Throws what askEndpoint throws. */
export async function askForCopy(
  exchange: ClientExchange,
  context: EndpointContext,
  pieces: number,
): Promise<Followed> {
  const answer = await askEndpoint(exchange, context, { "x-image-follow-copy": String(pieces) });
  if (answer.statusCode !== 202) return { answer };
  const text = (await collectAnswer(answer, MOST_BYTES, "the image API")).toString("utf8");
  try {
    return { news: { ...parseNews(text), cors: corsOf(answer) } };
  } catch (cause) {
    throw new ExchangeFailed("broken", "the image API told of a copy what cannot be read", { cause });
  }
}
