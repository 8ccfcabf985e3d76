export interface BoundedRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface BoundedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
}

/** The longest answer of the services that it asks is some tens of kilobytes. */
const MAX_ANSWER_BYTES = 512 * 1024;

/**
 * `fetch` with an answer of at most 512 KiB and without redirects: they would carry tokens and passwords along.
 * A connection that was lost is tried once more: a function thaws with kept ones that the other side has closed.
 */
export async function fetchBounded(url: string, request: BoundedRequest): Promise<BoundedAnswer> {
  const exchange = async (): Promise<BoundedAnswer> => {
    const response = await fetch(url, { ...request, redirect: "manual" });
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > MAX_ANSWER_BYTES) throw new RangeError(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
      parts.push(part);
    }
    const body = Buffer.concat(parts);
    return { status: response.status, headers: response.headers, bytes: body, text: body.toString() };
  };
  return exchange().catch((error: unknown) => {
    // fetch calls every loss of a connection a TypeError.
    if (error instanceof TypeError && !request.signal.aborted) return exchange();
    throw error;
  });
}
