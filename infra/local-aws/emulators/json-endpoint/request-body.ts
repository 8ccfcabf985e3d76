import type { IncomingMessage } from "node:http";
import { AwsFailure } from "../aws-failure.ts";

/** No call of the emulated services may be larger (DynamoDB's BatchWriteItem is the largest). */
const maxBodyBytes = 16 * 1024 * 1024;

/** The whole body. Throws `RequestEntityTooLargeException` (413) as soon as it is over the limit. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () =>
    new AwsFailure("RequestEntityTooLargeException", "the request is larger than 16 MB", 413);
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** A JSON object, or `SerializationException`. */
export function parseInput(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.length === 0 ? "{}" : body.toString("utf8"));
  } catch {
    throw new AwsFailure("SerializationException", "the request's body is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AwsFailure("SerializationException", "the request's body is no JSON object");
  }
  return value as Record<string, unknown>;
}
