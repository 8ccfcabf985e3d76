import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Principal } from "../iam/principal.ts";

type Data = string | ArrayBuffer | ArrayBufferView;
const bytesOf = (data: Data): string | Uint8Array => {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
};

/** The signer's form of a hash. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }
  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

export interface SignedCall {
  readonly principal: Pick<Principal, "accessKeyId" | "secretAccessKey" | "sessionToken">;
  /** The service's name in the signature. */
  readonly service: string;
  /** `X-Amz-Target`. */
  readonly target: string;
  readonly input: unknown;
  readonly region?: string;
}

/** One call of a service with AWS's JSON protocol, for those whose SDK client is not installed here. */
export async function signedCall(endpoint: string, { principal, region = "us-east-1", ...call }: SignedCall) {
  const url = new URL(endpoint);
  const { accessKeyId, secretAccessKey, sessionToken } = principal;
  const signer = new SignatureV4({
    service: call.service,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
  });
  const body = JSON.stringify(call.input);
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    query: {},
    headers: {
      host: url.host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": call.target,
    },
    body,
  });
  const response = await fetch(url, { method: "POST", headers, body });
  const answer = (await response.json()) as Record<string, unknown>;
  const failure = typeof answer.__type === "string" ? answer.__type.replace(/^.*#/, "") : "";
  return { status: response.status, answer, failure };
}
