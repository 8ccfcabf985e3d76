import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { AwsFailure } from "../aws-failure.ts";
import type { ChecksumAlgorithm, ChecksumType } from "./checksums.ts";
import { type XmlContent, type XmlNode, xmlDocument } from "./xml.ts";

/** What a call answers, not yet sent. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly xml?: string;
  /** Holds files until it has been run to its end or returned. */
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
    await pipeline(answer.body, response, { end: false });
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
