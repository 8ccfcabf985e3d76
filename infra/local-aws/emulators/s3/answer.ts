import type { ServerResponse } from "node:http";
import type { AwsFailure } from "../aws-failure.ts";
import type { ChecksumAlgorithm, ChecksumType } from "./checksums.ts";
import { type XmlContent, type XmlNode, xmlDocument } from "./xml.ts";

/** What a call answers, not yet sent. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly xml?: string;
  /** Holds files until it has been run to its end or returned; a chunk is good until the next one is asked for. */
  readonly body?: AsyncGenerator<Buffer>;
}

export const ok = (root: string, content: readonly XmlNode[]): S3Answer => ({
  status: 200,
  xml: xmlDocument(root, content),
});

/** How a checksum stands in S3's XML; nothing when there is none. */
export const checksumNodes = (
  algorithm: ChecksumAlgorithm | undefined,
  value: string | undefined,
  type?: ChecksumType,
): readonly XmlNode[] =>
  algorithm === undefined || value === undefined
    ? []
    : [
        [`Checksum${algorithm}`, value],
        ["ChecksumType", type],
      ];

/** Resolves when the chunk is on its way and may be changed again; rejects when the client has gone. */
function sendChunk(response: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error("the client has gone"));
    if (response.destroyed) return gone();
    response.once("close", gone);
    response.write(chunk, (error) => {
      response.off("close", gone);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Sends the answer but for its end, so that the caller may first let the client finish sending. */
export async function sendAnswer(response: ServerResponse, answer: S3Answer): Promise<void> {
  if (answer.xml !== undefined) {
    response.writeHead(answer.status, {
      ...answer.headers,
      "content-type": "application/xml",
      "content-length": Buffer.byteLength(answer.xml),
    });
    response.write(answer.xml);
  } else if (answer.body !== undefined) {
    response.writeHead(answer.status, { ...answer.headers });
    for await (const chunk of answer.body) await sendChunk(response, chunk);
  } else {
    response.writeHead(answer.status, { ...answer.headers });
    response.flushHeaders();
  }
}

/** An error document (S3 API reference, "REST error responses"). It repeats the path, never the query. */
export function errorDocument(failure: AwsFailure, path: string, requestId: string): string {
  const fields = Object.entries(failure.fields).map(([name, value]): XmlNode => [name, value as XmlContent]);
  return xmlDocument(
    "Error",
    [
      ["Code", failure.code],
      ["Message", failure.message],
      ...fields,
      ["Resource", path],
      ["RequestId", requestId],
      ["HostId", "local"],
    ],
    "",
  );
}
