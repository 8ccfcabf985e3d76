import { retrying } from "../protocol/retry.ts";
import type { Connections } from "../transfer/connections.ts";
import { type Answer, exchange } from "../transfer/exchange.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";

/** What a publisher says about images: lists of hashes, and indexes of all versions of a distribution. */
const MAX_BYTES = 32 * 1024 ** 2;
const MAX_REDIRECTS = 5;
const IDLE_MS = 30_000;
const policy = { attempts: 4, baseMs: 500, capMs: 8000 };

/** A publisher's file could not be had. */
export class NotPublished extends Error {}

const hasPassed = (error: unknown, repeats: number): boolean =>
  (error instanceof ExchangeFailed && error.mayPass(repeats)) ||
  (error instanceof NotPublished && /HTTP status (429|5\d\d)/.test(error.message));

/** Reads files of publishers, with no token and within bounds. */
export interface Published {
  /** Throws NotPublished, ExchangeFailed or the signal's reason. */
  text(url: string): Promise<string>;
  /** When what is there was last changed; undefined where the publisher does not say. */
  lastModified(url: string): Promise<Date | undefined>;
}

function checked(url: URL, from: URL | undefined): URL {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new NotPublished(`${url.protocol} is fetched by nobody: give an https address`);
  if (from?.protocol === "https:" && url.protocol !== "https:")
    throw new NotPublished(`${from.host} redirects to an unencrypted address; refused`);
  return url;
}

export function published(connections: Connections, signal: AbortSignal): Published {
  async function ask(method: "GET" | "HEAD", address: string): Promise<Answer> {
    if (!URL.canParse(address)) throw new NotPublished(`${address} is no URL`);
    let url = checked(new URL(address), undefined);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const answer = await exchange(connections, {
        method,
        url,
        headers: { accept: "*/*" },
        idleMs: IDLE_MS,
        maxAnswerBytes: MAX_BYTES,
        signal,
      });
      const { location } = answer.headers;
      if (
        answer.status >= 300 &&
        answer.status < 400 &&
        location !== undefined &&
        URL.canParse(location, url.href)
      ) {
        url = checked(new URL(location, url), url);
        continue;
      }
      if (answer.status === 200) return answer;
      throw new NotPublished(`${url.host} answers HTTP status ${answer.status} for ${url.pathname}`);
    }
    throw new NotPublished(`${url.host} redirects more than ${MAX_REDIRECTS} times`);
  }
  const patiently = (method: "GET" | "HEAD", url: string) =>
    retrying(() => ask(method, url), { policy, isTransient: hasPassed, signal });

  return {
    text: async (url) => (await patiently("GET", url)).body.toString("utf8"),
    lastModified: async (url) => {
      const date = new Date((await patiently("HEAD", url)).headers["last-modified"] ?? "");
      return Number.isNaN(date.getTime()) ? undefined : date;
    },
  };
}
