/** How long Swift may be silent, in milliseconds: as long as hosts of S3 (../s3/s3-waits.ts). */
export interface SwiftWaits {
  /** Until its answer begins, and between two chunks of it. Twice this is below an API function's 25 s. */
  readonly answerMs: number;
  /** Instead, until it has looked through the segments of an object. */
  readonly completeMs: number;
  /** Instead, until it has copied a part by itself. */
  readonly copyMs: number;
}

export const swiftWaits: SwiftWaits = { answerMs: 8000, completeMs: 15_000, copyMs: 60_000 };

/** Bytes that are sent count for time, too: a slower line than this is no line. */
const LEAST_BYTES_A_MS = 1024;

/** Swift said nothing for too long. */
export class SwiftSilent extends Error {
  /** A kept connection may have died: what is due at once is worth asking once more. */
  readonly isQuick: boolean;
  constructor(silentMs: number, isQuick: boolean) {
    super(`Swift said nothing for ${silentMs} ms`);
    this.isQuick = isQuick;
  }
}

export interface SwiftAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

interface Exchange {
  readonly init: RequestInit & { readonly body?: Uint8Array<ArrayBuffer> };
  readonly silentMs: number;
  readonly maxBytes: number;
  /** Whether the answer is due at once. */
  readonly isQuick: boolean;
}

/** A request whose answer is bounded in silence and size. Throws SwiftSilent, RangeError, and what fetch throws. */
export async function boundedExchange(url: string, exchange: Exchange): Promise<SwiftAnswer> {
  const { init, silentMs, maxBytes, isQuick } = exchange;
  const silence = new AbortController();
  const end = () => silence.abort(new SwiftSilent(silentMs, isQuick));
  let timer = setTimeout(end, silentMs + (init.body?.length ?? 0) / LEAST_BYTES_A_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(end, silentMs);
  };
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: silence.signal });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    heard();
    for await (const chunk of response.body ?? []) {
      heard();
      bytes += chunk.length;
      if (bytes > maxBytes) throw new RangeError(`an answer of more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return { status: response.status, headers: response.headers, body: Buffer.concat(chunks) };
  } finally {
    clearTimeout(timer);
  }
}
