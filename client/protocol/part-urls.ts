import type { PartRequest, SignedParts } from "./transfer-answers.ts";

export interface PartUrlsOptions {
  readonly sign: (parts: readonly PartRequest[]) => Promise<SignedParts>;
  /** Bytes of the parts that follow, as far as they are known; undefined where there is no further part. */
  readonly sizeOf: (partNumber: number) => number | undefined;
  /** Parts signed with one call: a call costs about as much as a few milliseconds of upload, not more. */
  readonly batch?: number;
  readonly now?: () => number;
}

interface Signed {
  readonly size: number;
  readonly url: string;
  readonly renewAt: number;
}

/** The life that a SigV4 URL itself names; the transfer's own expiry can be shorter, as every use extends it. */
function urlLifeMs(url: string): number | undefined {
  const seconds = Number(new URL(url).searchParams.get("X-Amz-Expires") ?? Number.NaN);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** The image may only grow so far: parts ahead of it can be refused where the next one alone is not. */
const isNoRoom = (error: unknown): boolean => (error as { status?: unknown } | undefined)?.status === 413;

/** Assumed when the API's clock and ours disagree so much that a fresh URL looks expired. */
const LEAST_LIFE_MS = 60_000;

/**
 * Presigned part URLs, asked for in small batches ahead of need, so that the round trip does not stall the upload,
 * and given out only in the first half of their life.
 */
export class PartUrls {
  readonly #options: Required<PartUrlsOptions>;
  readonly #signed = new Map<number, Signed>();
  #running: Promise<void> | undefined;

  constructor(options: PartUrlsOptions) {
    this.#options = { batch: 8, now: Date.now, ...options };
  }

  /** Starts signing from this part on, so that `take` finds it ready. */
  prefetch(number: number): void {
    const size = this.#options.sizeOf(number);
    if (size === undefined || this.#running !== undefined || this.#fresh(number, size)) return;
    // A failure is not lost: `take` finds no URL, asks again itself and throws.
    this.#sign(number, size).catch(() => undefined);
  }

  /** The URL for exactly `size` bytes as part `number`. Throws what the API's refusal throws. */
  async take(number: number, size: number): Promise<string> {
    let found = this.#fresh(number, size);
    while (!found) {
      if (this.#running) {
        await this.#running.catch(() => undefined);
        found = this.#fresh(number, size);
      } else {
        await this.#sign(number, size);
        found = this.#fresh(number, size);
        if (!found) throw new Error(`the image API signed no URL for part ${number}`);
      }
    }
    // A part shorter than planned is the last one: nothing to ask ahead.
    if (this.#options.sizeOf(number) === size) this.prefetch(number + this.#options.batch / 2);
    return found.url;
  }

  /** Forgets the URL of a part that is stored, or whose URL was refused. */
  drop(number: number): void {
    this.#signed.delete(number);
  }

  #fresh(number: number, size: number): Signed | undefined {
    const found = this.#signed.get(number);
    return found && found.size === size && found.renewAt > this.#options.now() ? found : undefined;
  }

  /** One call at a time: those who need a later part of the same batch wait for it. */
  #sign(first: number, firstSize: number): Promise<void> {
    const run = this.#signBatch(first, firstSize).finally(() => {
      this.#running = undefined;
    });
    this.#running = run;
    return run;
  }

  async #signBatch(first: number, firstSize: number): Promise<void> {
    const { sizeOf, batch, now, sign } = this.#options;
    const wanted: PartRequest[] = [{ number: first, size: firstSize }];
    while (wanted.length < batch && firstSize === sizeOf(first)) {
      const number = first + wanted.length;
      const size = sizeOf(number);
      if (size === undefined) break;
      wanted.push({ number, size });
    }
    const asked = now();
    const { parts, expires_at } = await sign(wanted).catch((error: unknown) => {
      if (!isNoRoom(error) || wanted.length === 1) throw error;
      return sign(wanted.slice(0, 1));
    });
    for (const { number, size, url } of parts) {
      const life = urlLifeMs(url) ?? (Date.parse(expires_at) || 0) - asked;
      this.#signed.set(number, { size, url, renewAt: asked + Math.max(LEAST_LIFE_MS, life) / 2 });
    }
  }
}
