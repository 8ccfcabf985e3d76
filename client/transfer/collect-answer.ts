import type { IncomingMessage } from "node:http";
import { ExchangeFailed } from "./exchange-failed.ts";

/** The whole body of an answer. Throws ExchangeFailed when it has more than `maxBytes`, what the stream throws when it breaks. */
export async function collectAnswer(
  answer: IncomingMessage,
  maxBytes: number,
  host: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new ExchangeFailed("broken", `${host} answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
