import { AwsFailure } from "../emulators/aws-failure.ts";
import { headerValue, parseQuery, type SignedRequest } from "./sigv4-canonical.ts";
import type { SignatureFailures } from "./sigv4-failures.ts";

/** What a request says about its own signature; nothing of it is believed yet. */
export interface SignatureClaim {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  /** yyyymmdd of the credential scope. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `x-amz-date`, e.g. `20261121T080000Z`. */
  readonly timestamp: string;
  /** Presigned only. */
  readonly expiresSeconds?: number;
  readonly sessionToken?: string;
  /** What the request says its payload's hash is, if it does. */
  readonly payloadHash?: string;
}

const algorithm = "AWS4-HMAC-SHA256";
const longestExpirySeconds = 604_800;

/** Reads the claim from the Authorization header or from the query; throws when there is none or a broken one. */
export function readClaim(request: SignedRequest, failures: SignatureFailures): SignatureClaim {
  const authorization = headerValue(request, "authorization");
  const query = new Map(parseQuery(request.rawQuery).toReversed());
  if (query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature")) {
    if (authorization !== undefined) {
      // Also what a client meets that sends its own `Authorization: Basic` along to a redirect target.
      throw new AwsFailure(
        "InvalidArgument",
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
        400,
        { ArgumentName: "Authorization" },
      );
    }
    return fromQuery(request, query, failures);
  }
  if (authorization === undefined) throw failures.anonymous();
  return fromHeader(request, authorization, failures);
}

function fromHeader(
  request: SignedRequest,
  authorization: string,
  failures: SignatureFailures,
): SignatureClaim {
  if (!authorization.startsWith(`${algorithm} `)) {
    throw new AwsFailure(
      "InvalidRequest",
      `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
    );
  }
  const fields = new Map(
    authorization
      .slice(algorithm.length + 1)
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const;
      }),
  );
  const [credential, signedHeaders, signature] = ["Credential", "SignedHeaders", "Signature"].map((name) =>
    fields.get(name),
  );
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw failures.malformedHeader("it needs Credential, SignedHeaders and Signature.");
  }
  const timestamp = headerValue(request, "x-amz-date");
  if (timestamp === undefined || timestampMilliseconds(timestamp) === undefined) {
    throw new AwsFailure(
      "AccessDenied",
      "AWS authentication requires a valid Date or x-amz-date header",
      403,
    );
  }
  const sessionToken = headerValue(request, "x-amz-security-token");
  const payloadHash = headerValue(request, "x-amz-content-sha256");
  return {
    presigned: false,
    ...scopeOf(credential, failures.malformedHeader),
    signedHeaders: signedHeaders.toLowerCase().split(";"),
    signature,
    timestamp,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(payloadHash === undefined ? {} : { payloadHash }),
  };
}

function fromQuery(
  request: SignedRequest,
  query: ReadonlyMap<string, string>,
  failures: SignatureFailures,
): SignatureClaim {
  const needed = (name: string): string => {
    const value = query.get(name);
    if (value === undefined || value === "") {
      throw failures.malformedQuery(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      );
    }
    return value;
  };
  if (needed("X-Amz-Algorithm") !== algorithm) {
    throw failures.malformedQuery(`X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const timestamp = needed("X-Amz-Date");
  if (timestampMilliseconds(timestamp) === undefined) {
    throw failures.malformedQuery(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const expires = needed("X-Amz-Expires");
  if (!/^-?\d{1,15}$/.test(expires)) throw failures.malformedQuery("X-Amz-Expires should be a number");
  const expiresSeconds = Number(expires);
  if (expiresSeconds < 0) throw failures.malformedQuery("X-Amz-Expires must be non-negative");
  if (expiresSeconds > longestExpirySeconds) {
    throw failures.malformedQuery(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestExpirySeconds} seconds`,
    );
  }
  const signedHeaders = needed("X-Amz-SignedHeaders").toLowerCase().split(";");
  // An unsigned header could be replaced on the way, so only a signed one counts.
  const signedHeader = (name: string) =>
    signedHeaders.includes(name) ? headerValue(request, name) : undefined;
  const sessionToken = query.get("X-Amz-Security-Token") ?? signedHeader("x-amz-security-token");
  const payloadHash = signedHeader("x-amz-content-sha256") ?? query.get("X-Amz-Content-Sha256");
  return {
    presigned: true,
    ...scopeOf(needed("X-Amz-Credential"), failures.malformedQuery),
    signedHeaders,
    signature: needed("X-Amz-Signature"),
    timestamp,
    expiresSeconds,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(payloadHash === undefined ? {} : { payloadHash }),
  };
}

function scopeOf(credential: string, malformed: (message: string) => AwsFailure) {
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split("/");
  const whole =
    accessKeyId && date && region && service && terminator === "aws4_request" && rest.length === 0;
  if (!whole || !/^\d{8}$/.test(date)) {
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  return { accessKeyId, date, region, service };
}

/** `20261121T080000Z` as milliseconds since the epoch; undefined when it is no such text. */
export function timestampMilliseconds(timestamp: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
