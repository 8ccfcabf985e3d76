import { ownValue } from "../../own-value.ts";
import { notImplemented } from "./call.ts";
import { type S3Operation, s3Operations } from "./operations.ts";
import type { Target } from "./target.ts";

/** Headers that belong to the signature and the SDK, whatever the call. */
const anyHeader = ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent"];

/** `x-id` is the SDK's mark. Its presigner moves the others here; `stated-checksum` says what they count for. */
const anyParameter = ["x-id", "x-amz-checksum-*", "x-amz-sdk-checksum-algorithm"];

/** The operation that a request asks for; `NotImplemented` (501) names what this emulator does not do. */
export function findOperation(
  method: string,
  target: Target,
  headers: Readonly<Record<string, string | undefined>>,
): S3Operation {
  const scope = target.bucket === "" ? "service" : target.key === "" ? "bucket" : "object";
  // Only an x-amz- header is sure to be signed: any other must not turn one call into another.
  const has = (name: string) =>
    name.startsWith("x-amz-") ? ownValue(headers, name) !== undefined : target.query.has(name);
  const [operation] = s3Operations
    .filter((one) => one.method === method && one.scope === scope && one.needs.every(has))
    .sort((a, b) => b.needs.length - a.needs.length);
  if (operation === undefined) {
    throw notImplemented(`${method} ${scope} ${[...target.query.keys()].sort().join("&")}`.trim());
  }
  const { needs, query = [], headers: obeyed = [] } = operation;
  for (const [name, value] of target.query) refuseUnknown(name, value, [...needs, ...query, ...anyParameter]);
  for (const [name, value = ""] of Object.entries(headers)) {
    if (changesTheCall(name)) refuseUnknown(name, value, [...needs, ...obeyed, ...anyHeader]);
  }
  return operation;
}

// Headers of other kinds are none of S3's business: what clients send along to a redirect target.
const changesTheCall = (name: string): boolean =>
  name.startsWith("x-amz-") || /^if-(none-)?match$|^if-(un)?modified-since$/.test(name);

function refuseUnknown(name: string, value: string, known: readonly string[]): void {
  const isKnown = known.some((one) =>
    one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name || one === `${name}=${value}`,
  );
  if (!isKnown) throw notImplemented(name, { Header: name });
}
