import { signedRequest } from "./signed-request.ts";

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
  const { service, endpoint, target, input, environment, timeoutMs } = call;
  const { AWS_REGION: region = "" } = environment;
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  const { status, text } = await signedRequest({
    service,
    method: "POST",
    url: new URL(endpoint ?? `https://${service}.${region}.amazonaws.com${suffix}`),
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: JSON.stringify(input),
    environment,
    timeoutMs,
  });
  const answer = parsed(text);
  const failure = typeof answer.__type === "string" ? answer.__type.replace(/^.*#/, "") : "";
  return { status, answer, failure };
}
