import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsFailure } from "../aws-failure.ts";
import type { S3Answer } from "./answer.ts";
import { xmlDeclaration } from "./xml.ts";

const padMilliseconds = 250;

/**
 * Answers as S3 does when a Complete takes long: 200 at once, white space to keep the connection, and at the end
 * the result or, still under that 200, an error document (S3 API reference, CompleteMultipartUpload). The work
 * is done after the wait, whether the client is still there or not. Returns the failure that was answered.
 */
export async function answerSlowly(
  response: ServerResponse,
  milliseconds: number,
  shutdown: AbortSignal,
  work: () => Promise<S3Answer>,
  documentOf: (failure: AwsFailure) => string,
): Promise<AwsFailure | undefined> {
  response.writeHead(200, { "content-type": "application/xml" });
  response.write(xmlDeclaration);
  const padding = setInterval(() => response.write(" "), padMilliseconds);
  try {
    await sleep(milliseconds, undefined, { signal: shutdown });
    const { xml = "" } = await work();
    response.write(xml.slice(xmlDeclaration.length));
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    response.write(documentOf(error).slice(xmlDeclaration.length));
    return error;
  } finally {
    clearInterval(padding);
  }
}
