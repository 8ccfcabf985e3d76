import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Secrets } from "../../ports/secrets.ts";
import { fetchBounded } from "../fetch/fetch-bounded.ts";

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

/** The parser's own message would quote the answer. */
function parsed(text: string): { readonly SecretString?: unknown; readonly __type?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const TIMEOUT_MS = 5000;

export interface SecretsManagerOptions {
  /** The variables that Lambda gives a function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Secrets in AWS Secrets Manager, `id` being a name or an ARN. One signed call instead of the SDK's client: a client
 * makes a bundle 20 kB larger, the signer is in it anyway.
 */
export const secretsManager = ({ environment }: SecretsManagerOptions): Secrets => ({
  async read(id) {
    const {
      AWS_REGION: region = "",
      AWS_ACCESS_KEY_ID: accessKeyId = "",
      AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
      AWS_SESSION_TOKEN: sessionToken,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    } = environment;
    const suffix = region.startsWith("cn-") ? ".cn" : "";
    const url = new URL(endpoint ?? `https://secretsmanager.${region}.amazonaws.com${suffix}`);
    const body = JSON.stringify({ SecretId: id });
    const signer = new SignatureV4({
      service: "secretsmanager",
      region,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      sha256: Sha256,
    });
    const { headers } = await signer.sign({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      headers: {
        host: url.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "secretsmanager.GetSecretValue",
      },
      query: {},
      body,
    });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { status, text } = await fetchBounded(url.href, { method: "POST", headers, body, signal });
    const answer = parsed(text);
    if (status === 200 && typeof answer.SecretString === "string") return answer.SecretString;
    throw new Error(`Secrets Manager answered ${status} ${String(answer.__type ?? "without a text")}`);
  },
});
