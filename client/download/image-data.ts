import { DATA_IDLE_MS, partRetry } from "../limits.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { isUrlRefused } from "../protocol/answer-status.ts";
import { pause, retrying } from "../protocol/retry.ts";
import type { Connections } from "../transfer/connections.ts";
import { exchange } from "../transfer/exchange.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import type { RateLimit } from "../transfer/rate-limit.ts";

/** Bytes asked for with one request, and held in memory until they are written. */
export const PIECE_BYTES = 8 * 1024 ** 2;
/** Presigned URLs live for an hour unless the service says otherwise; one is asked for again well before. */
const URL_LIFE_MS = 20 * 60_000;

/** The store did not hand out a piece. The message has nothing of the URL. */
export class PieceFailed extends Error {
  readonly isTransient: boolean;
  constructor(offset: number, reason: string, isTransient: boolean, options?: ErrorOptions) {
    super(`the data at byte ${offset} could not be read: ${reason}`, options);
    this.isTransient = isTransient;
  }
}

export interface ImageDataOptions {
  readonly images: ImageService;
  readonly storage: Connections;
  readonly rateLimit: RateLimit | undefined;
  readonly signal: AbortSignal;
  readonly onRetry?: () => void;
}

/** Reads ranges of an image's data straight from where the service redirects to, without the user's token. */
export class ImageData {
  readonly size: number;
  readonly #id: string;
  readonly #options: ImageDataOptions;
  #url: { readonly value: Promise<URL | undefined>; readonly renewAt: number } | undefined;

  constructor(image: Image, options: ImageDataOptions) {
    this.#id = image.id;
    this.size = image.size ?? 0;
    this.#options = options;
  }

  get pieces(): number {
    return Math.ceil(this.size / PIECE_BYTES);
  }

  /** Piece `index` from 0, whole. Repeated after broken connections and 5xx; a refused URL is renewed. */
  async piece(index: number, signal: AbortSignal): Promise<Buffer> {
    const offset = index * PIECE_BYTES;
    const length = Math.min(PIECE_BYTES, this.size - offset);
    const waitMs = this.#options.rateLimit?.take(length) ?? 0;
    if (waitMs > 0) await pause(waitMs, signal);
    let isRenewed = false;
    return retrying(
      async () => {
        const answer = await this.#ask(offset, length, signal);
        if (isUrlRefused(answer.status) && !isRenewed) {
          isRenewed = true;
          this.#url = undefined;
          throw new PieceFailed(offset, "the address has expired", true);
        }
        const passing = answer.status === 429 || answer.status >= 500;
        if (answer.status !== 206 && answer.status !== 200) {
          throw new PieceFailed(offset, `the store answered ${answer.status}`, passing);
        }
        const total = /\/(\d+)$/.exec(answer.headers["content-range"] ?? "")?.[1];
        if (total !== undefined && Number(total) !== this.size) {
          throw new PieceFailed(offset, `the store has ${total} bytes, the image ${this.size}`, false);
        }
        if (answer.body.length !== length) {
          throw new PieceFailed(
            offset,
            `${answer.body.length} bytes came instead of ${length}`,
            answer.body.length < length,
          );
        }
        return answer.body;
      },
      {
        policy: partRetry,
        isTransient: (error) => error instanceof PieceFailed && error.isTransient,
        signal,
        onRetry: (error, next, attempts) => {
          this.#options.onRetry?.();
          this.#options.storage.onRepeat?.(error, next, attempts);
        },
      },
    );
  }

  async #ask(offset: number, length: number, signal: AbortSignal) {
    const url = await this.#address();
    if (url === undefined) throw new PieceFailed(offset, "the image has no data", false);
    return exchange(this.#options.storage, {
      method: "GET",
      url,
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
      idleMs: DATA_IDLE_MS,
      maxAnswerBytes: PIECE_BYTES,
      signal,
    }).catch((error: unknown) => {
      throw error instanceof ExchangeFailed
        ? new PieceFailed(offset, error.message, error.patience !== "none", { cause: error })
        : error;
    });
  }

  #address(): Promise<URL | undefined> {
    if (!this.#url || this.#url.renewAt < Date.now()) {
      const value = this.#options.images.dataUrl(this.#id);
      this.#url = { value, renewAt: Date.now() + URL_LIFE_MS };
      value.catch(() => {
        this.#url = undefined;
      });
    }
    return this.#url.value;
  }
}
