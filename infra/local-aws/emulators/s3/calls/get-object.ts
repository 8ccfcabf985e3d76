import { AwsFailure } from "../../aws-failure.ts";
import type { S3Answer } from "../answer.ts";
import { type ByteRange, parseRange } from "../byte-range.ts";
import { type BucketCall, invalidArgument, invalidRequest } from "../call.ts";
import { checksumHeader } from "../checksums.ts";
import { noSuchKey } from "../condition-failures.ts";
import { metadataHeaders } from "../description.ts";
import { findObject } from "../find-object.ts";
import { isNotModified } from "../read-condition.ts";
import { partsWithin } from "../store/data-files.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { checksumHeaders, versionHeaders } from "./put-object.ts";

/** GetObject and HeadObject: one answer, but for the body. */
export async function getObject(call: BucketCall): Promise<S3Answer> {
  const object = await storedObject(call);
  const validators = {
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
  };
  if (isNotModified(call.headers, object)) return { status: 304, headers: validators };

  const { range, headers } = selectionOf(call, object);
  const { first, last } = range ?? { first: 0, last: object.bytes - 1 };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...validators,
      ...versionHeaders(object),
      "accept-ranges": "bytes",
      ...object.headers,
      ...overridesOf(call),
      ...metadataHeaders(object.metadata),
      ...(Object.keys(object.tags).length > 0
        ? { "x-amz-tagging-count": Object.keys(object.tags).length }
        : {}),
      ...headers,
      "content-length": last - first + 1,
      ...(range === undefined ? {} : { "content-range": `bytes ${first}-${last}/${object.bytes}` }),
    },
    ...(call.request.method === "HEAD" || last < first
      ? {}
      : { body: call.bucket.files.read(object.parts, first, last) }),
  };
}

/**
 * The object as its files are: one that was cut off is a shorter object, one whose file is gone is no object, as far
 * as anybody can tell from outside. Of an object that is read in ranges only the files of the range are looked at.
 */
async function storedObject(call: BucketCall): Promise<StoredObject> {
  const { files } = call.bucket;
  for (;;) {
    const recorded = findObject(call);
    const isRanged = call.request.method === "GET" && call.headers.range !== undefined;
    const range = isRanged ? parseRange(call.headers.range ?? "", recorded.bytes) : undefined;
    const wanted = range ? partsWithin(recorded.parts, range) : recorded.parts;
    const isWhole = (await files.present(wanted)) === wanted;
    const parts = isWhole ? recorded.parts : await files.present(recorded.parts);
    // Replaced or deleted meanwhile, which removes its files: look again.
    if (findObject(call) !== recorded) continue;
    if (!parts) throw noSuchKey();
    if (parts === recorded.parts) return recorded;
    return { ...recorded, parts, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}

/** Which bytes `Range` or `partNumber` asks for, undefined for all, and the headers that go with them. */
function selectionOf(
  call: BucketCall,
  object: StoredObject,
): { readonly range?: ByteRange; readonly headers: Readonly<Record<string, string | number>> } {
  const [rangeHeader, partNumber] = [call.headers.range, call.query.get("partNumber")];
  const checksumMode = call.headers["x-amz-checksum-mode"] ?? call.query.get("x-amz-checksum-mode");
  const wantsChecksum = checksumMode?.toUpperCase() === "ENABLED";
  if (partNumber !== undefined) {
    if (rangeHeader !== undefined) {
      throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
    }
    return selectPart(object, partNumber, wantsChecksum);
  }
  const range = rangeHeader === undefined ? undefined : parseRange(rangeHeader, object.bytes);
  if (range !== undefined) return { range, headers: {} };
  return { headers: wantsChecksum ? checksumHeaders(object) : {} };
}

// Part numbers of the query count the object's parts from 1, whatever numbers they were uploaded under.
function selectPart(object: StoredObject, partNumber: string, wantsChecksum: boolean) {
  const number = Number(partNumber);
  if (!/^\d{1,5}$/.test(partNumber) || number < 1 || number > 10_000) {
    throw invalidArgument(
      "Part number must be an integer between 1 and 10000, inclusive",
      "partNumber",
      partNumber,
    );
  }
  const part = object.parts[number - 1];
  if (part === undefined) {
    throw new AwsFailure("InvalidPartNumber", "The requested partnumber is not satisfiable", 416, {
      PartNumberRequested: number,
      ActualPartCount: object.parts.length,
    });
  }
  const first = object.parts.slice(0, number - 1).reduce((sum, { bytes }) => sum + bytes, 0);
  const algorithm = object.checksum?.algorithm;
  return {
    ...(part.bytes === 0 ? {} : { range: { first, last: first + part.bytes - 1 } }),
    headers: {
      ...(object.uploadId === undefined ? {} : { "x-amz-mp-parts-count": object.parts.length }),
      ...(wantsChecksum && algorithm !== undefined && part.checksum !== undefined
        ? { [checksumHeader(algorithm)]: part.checksum }
        : {}),
    },
  };
}

/** `response-content-type` and its like. Every call here is signed, so no stranger chooses them. */
function overridesOf({ query }: BucketCall): Record<string, string> {
  const overrides = new Map<string, string>();
  for (const name of [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
  ]) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    // It becomes a header: Node would throw on a line break, AWS answers like this.
    if (/[^\t\x20-\x7e]/.test(value)) {
      throw invalidArgument("Header value cannot be represented", `response-${name}`, "");
    }
    overrides.set(name, value);
  }
  return Object.fromEntries(overrides);
}
