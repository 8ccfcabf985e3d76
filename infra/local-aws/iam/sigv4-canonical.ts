import { createHash, createHmac } from "node:crypto";
import { AwsFailure } from "../emulators/aws-failure.ts";
import { ownValue } from "../own-value.ts";

/** A request as it came off the wire; nothing decoded, so that what was signed can be rebuilt. */
export interface SignedRequest {
  readonly method: string;
  /** Percent-encoding untouched, without the query. */
  readonly rawPath: string;
  /** Without the question mark; empty when there is none. */
  readonly rawQuery: string;
  /** Lower-case names; a repeated header is an array. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** AWS's URI encoding: everything but unreserved characters (RFC 3986), which encodeURIComponent does not quite do. */
export const awsEncode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Percent-decoding that answers `InvalidURI` (400) for a broken sequence. */
export function awsDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsFailure("InvalidURI", "Couldn't parse the specified URI.");
  }
}

/** Decoded name and value pairs in the order sent. A plus is a space, as S3 reads it. */
export function parseQuery(rawQuery: string): readonly (readonly [name: string, value: string])[] {
  if (rawQuery === "") return [];
  return rawQuery
    .replaceAll("+", "%20")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0
        ? [awsDecode(pair), ""]
        : [awsDecode(pair.slice(0, equals)), awsDecode(pair.slice(equals + 1))];
    });
}

/** One header's value as it is signed; repeated headers are joined by a comma. */
export function headerValue(request: SignedRequest, name: string): string | undefined {
  const value = ownValue(request.headers, name);
  if (value === undefined) return undefined;
  return (typeof value === "string" ? [value] : value).map((one) => one.trim().replace(/ +/g, " ")).join(",");
}

/** The canonical request of Signature Version 4 (IAM user guide, "Create a signed AWS API request"). */
export function canonicalRequest(
  request: SignedRequest,
  service: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const query = parseQuery(request.rawQuery)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [awsEncode(name), awsEncode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => inOrder(nameA, nameB) || inOrder(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`);
  return [
    request.method,
    service === "s3" ? objectPath(request.rawPath) : normalisedPath(request.rawPath),
    query.join("&"),
    ...signedHeaders.map((name) => `${name}:${headerValue(request, name) ?? ""}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// S3 encodes once and normalises nothing: "a//b" and "a/../b" are keys of their own.
const objectPath = (rawPath: string): string => awsEncode(awsDecode(rawPath)).replaceAll("%2F", "/");

function normalisedPath(rawPath: string): string {
  const segments: string[] = [];
  for (const segment of rawPath.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(awsEncode(segment));
  }
  const trailing = segments.length > 0 && rawPath.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${trailing}`;
}

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");

export const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac("sha256", key).update(data).digest();

/** Keys that are remembered: of each principal of the last day, in its few services. */
const mostKeys = 1000;
const keys = new Map<string, Buffer>();

/**
 * The key that signs requests and aws-chunked chunks of one scope. It is the same all day, and its four hashes are most
 * of what judging a request costs: clients remember it as well (IAM user guide, "Create a signed request", step 3).
 */
export function signingKey(secretAccessKey: string, date: string, region: string, service: string): Buffer {
  const scope = JSON.stringify([secretAccessKey, date, region, service]);
  const known = keys.get(scope);
  if (known) return known;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request");
  if (keys.size >= mostKeys) keys.clear();
  keys.set(scope, key);
  return key;
}
