import { createHash, createHmac } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { ownValue } from "../../../own-value.ts";
import type { Side } from "./sides.ts";

/*
 * A signer of its own, after the IAM user guide, "Create a signed AWS API request", and the S3 API reference,
 * "Authenticating requests: using query parameters". It takes nothing from the emulator, and lets a case send
 * something else than it signed.
 */

export interface Wanted {
  readonly method?: string;
  readonly key?: string;
  /** Decoded, in any order. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** Signed, all of them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly payloadHash?: string;
  readonly at?: Date;
  readonly expiresSeconds?: number;
  /** Changes the signature before it is sent. */
  readonly scope?: { readonly date?: string; readonly region?: string; readonly service?: string };
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

/** A request as it goes over the wire. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const hex = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

export const uriEncode = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-._~]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

const pathOf = ({ bucket }: Side, key: string | undefined): string =>
  `/${[bucket, ...(key === undefined ? [] : key.split("/"))].map(uriEncode).join("/")}`;

const queryOf = (query: Wanted["query"] = []): string =>
  query
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join("&");

const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, "");

function signatureOf(side: Side, wanted: Wanted, parts: Omit<Wire, "body">, signed: string[], hash: string) {
  const {
    date = stamp(wanted.at ?? new Date()).slice(0, 8),
    region = side.region,
    service = "s3",
  } = wanted.scope ?? {};
  const scope = `${date}/${region}/${service}/aws4_request`;
  const canonical = [
    parts.method,
    parts.path,
    parts.query,
    ...signed.map((name) => `${name}:${(ownValue(parts.headers, name) ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signed.join(";"),
    hash,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", stamp(wanted.at ?? new Date()), scope, hex(canonical)].join("\n");
  const secret = wanted.secretAccessKey ?? side.secretAccessKey;
  const key = [region, service, "aws4_request"].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, date));
  return hmac(key, text).toString("hex");
}

/** Signed in the Authorization header. */
export function signed(side: Side, wanted: Wanted): Wire {
  const at = wanted.at ?? new Date();
  const { method = "GET", body = "" } = wanted;
  const hash = wanted.payloadHash ?? hex(body);
  const headers: Record<string, string> = {
    host: new URL(side.endpoint).host,
    "x-amz-date": stamp(at),
    "x-amz-content-sha256": hash,
    ...wanted.headers,
  };
  const names = Object.keys(headers).sort();
  const parts = { method, path: pathOf(side, wanted.key), query: queryOf(wanted.query), headers };
  const signature = signatureOf(side, { ...wanted, at }, parts, names, hash);
  const { date = stamp(at).slice(0, 8), region = side.region, service = "s3" } = wanted.scope ?? {};
  const credential = `${wanted.accessKeyId ?? side.accessKeyId}/${date}/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { ...parts, headers: { ...headers, authorization }, body };
}

/** Signed in the query. */
export function presigned(side: Side, wanted: Wanted): Wire {
  const at = wanted.at ?? new Date();
  const { method = "GET", body = "" } = wanted;
  const headers = { host: new URL(side.endpoint).host, ...wanted.headers };
  const names = Object.keys(headers).sort();
  const { date = stamp(at).slice(0, 8), region = side.region, service = "s3" } = wanted.scope ?? {};
  const query = queryOf([
    ...(wanted.query ?? []),
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    [
      "X-Amz-Credential",
      `${wanted.accessKeyId ?? side.accessKeyId}/${date}/${region}/${service}/aws4_request`,
    ],
    ["X-Amz-Date", stamp(at)],
    ["X-Amz-Expires", String(wanted.expiresSeconds ?? 600)],
    ["X-Amz-SignedHeaders", names.join(";")],
  ]);
  const parts = { method, path: pathOf(side, wanted.key), query, headers };
  const signature = signatureOf(side, { ...wanted, at }, parts, names, "UNSIGNED-PAYLOAD");
  return { ...parts, query: `${query}&X-Amz-Signature=${signature}`, body };
}

/** Sends exactly this: no path is tidied, no header added but the length. */
export function send({ endpoint }: Side, wire: Wire): Promise<Reply> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const path = wire.query === "" ? wire.path : `${wire.path}?${wire.query}`;
    const hasBody = wire.method === "PUT" || wire.method === "POST";
    const headers = { ...wire.headers, ...(hasBody && { "content-length": Buffer.byteLength(wire.body) }) };
    const request = httpRequest(
      { hostname, port, path, method: wire.method, headers, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(hasBody ? wire.body : undefined);
  });
}

/** `403 AccessDenied`, or just the status when all is well. */
export function outcomeOf({ status, body }: Reply): string {
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}
