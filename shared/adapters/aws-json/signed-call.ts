import { SignatureV4 } from "@smithy/signature-v4";
import { fetchBounded } from "../fetch/fetch-bounded.ts";
import { Sha256 } from "./sha256.ts";

export interface SignedCall {
  /** The service's name in its host and in the signature. */
  readonly service: string;
  /** Base URL instead of AWS's own. */
  readonly endpoint: string | undefined;
  /** `X-Amz-Target`. */
  readonly target: string;
  readonly input: unknown;
  /** The variables that Lambda gives a function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

export interface SignedAnswer {
  readonly status: number;
  /** Empty when the answer is no JSON object. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** The name of the failure, without its namespace; "" when it has none. */
  readonly failure: string;
}

/** The parser's own message would quote the answer. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/**
 * One signed call of a service with AWS's JSON 1.1 protocol, in place of the SDK's client: a client makes a bundle
 * 20 kB larger, the signer is in it anyway. Throws when the service cannot be reached in time.
 */
export async function signedCall(call: SignedCall): Promise<SignedAnswer> {
  const { service, endpoint, target, input, timeoutMs } = call;
  const {
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_SESSION_TOKEN: sessionToken,
  } = call.environment;
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  const url = new URL(endpoint ?? `https://${service}.${region}.amazonaws.com${suffix}`);
  const body = JSON.stringify(input);
  const signer = new SignatureV4({
    service,
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
      "x-amz-target": target,
    },
    query: {},
    body,
  });
  const signal = AbortSignal.timeout(timeoutMs);
  const { status, text } = await fetchBounded(url.href, { method: "POST", headers, body, signal });
  const answer = parsed(text);
  const failure = typeof answer.__type === "string" ? answer.__type.replace(/^.*#/, "") : "";
  return { status, answer, failure };
}
