import { awsDecode, parseQuery } from "../../iam/sigv4-canonical.ts";
import { AwsFailure } from "../aws-failure.ts";

/** What a request's URL names, path-style. */
export interface Target {
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Empty: the service itself. */
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
  /** Without the parameters of the signature; the first of several of a name. */
  readonly query: ReadonlyMap<string, string>;
}

const longestKeyBytes = 1024;

const signatureParameters = new Set([
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
]);

/** `rawPath` and `rawQuery` of a request line; never fails. */
export function splitUrl(url: string): { readonly rawPath: string; readonly rawQuery: string } {
  const mark = url.indexOf("?");
  return mark < 0
    ? { rawPath: url, rawQuery: "" }
    : { rawPath: url.slice(0, mark), rawQuery: url.slice(mark + 1) };
}

export function parseTarget(url: string): Target {
  const { rawPath, rawQuery } = splitUrl(url);
  const { bucket, key } = parseObjectPath(rawPath);
  const query = new Map(
    parseQuery(rawQuery)
      .filter(([name]) => !signatureParameters.has(name))
      .toReversed(),
  );
  return { rawPath, rawQuery, bucket, key, query };
}

/** Bucket and key of `/bucket/key`, percent-encoded as in a path or in `x-amz-copy-source`. */
export function parseObjectPath(rawPath: string): { readonly bucket: string; readonly key: string } {
  if (!rawPath.startsWith("/")) throw new AwsFailure("InvalidURI", "Couldn't parse the specified URI.");
  const path = awsDecode(rawPath.slice(1));
  const slash = path.indexOf("/");
  const bucket = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? "" : path.slice(slash + 1);
  if (Buffer.byteLength(key) > longestKeyBytes) {
    throw new AwsFailure("KeyTooLongError", "Your key is too long", 400, {
      Size: Buffer.byteLength(key),
      MaxSizeAllowed: longestKeyBytes,
    });
  }
  return { bucket, key };
}
