import { checksumNodes, ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidArgument, invalidRequest } from "../call.ts";
import { checksumHeader } from "../checksums.ts";
import { findCopySource } from "../find-object.ts";
import { isoTime } from "../iso-time.ts";
import { checkSourceCondition } from "../read-condition.ts";
import { type MeasuredBytes, measure, receiveBody } from "../receive-body.ts";
import { type StatedChecksum, statedChecksum } from "../stated-checksum.ts";
import { IncomingFile } from "../store/incoming-file.ts";
import type { Upload } from "../store/stored-object.ts";
import { copySourceTooLarge } from "./copy-object.ts";
import { largestUploadBytes } from "./put-object.ts";

export async function uploadPart(call: BucketCall): Promise<S3Answer> {
  const { upload, number } = findUpload(call);
  const stated = statedChecksum(call);
  checkAlgorithm(upload, stated);
  await using file = await IncomingFile.create(call.bucket.incoming);
  const algorithm = upload.checksum?.algorithm;
  const measured = await receiveBody(call, { mostBytes: largestUploadBytes, stated, algorithm }, (chunk) =>
    file.write(chunk),
  );
  await keepPart(call, upload, number, file, measured);
  return {
    status: 200,
    headers: {
      etag: `"${measured.md5}"`,
      ...(algorithm && measured.checksum ? { [checksumHeader(algorithm)]: measured.checksum } : {}),
      "content-length": 0,
    },
  };
}

export async function uploadPartCopy(call: BucketCall): Promise<S3Answer> {
  const { upload, number } = findUpload(call);
  const { bucket: sourceBucket, object: source } = findCopySource(call);
  checkSourceCondition(call.headers, source);
  const { first, last } = copyRange(call.headers["x-amz-copy-source-range"], source.bytes);
  await using file = await IncomingFile.create(call.bucket.incoming);
  const algorithm = upload.checksum?.algorithm;
  const bytes = sourceBucket.files.read(source.parts, first, last);
  const measured = await measure(bytes, algorithm, (chunk) => file.write(chunk));
  await keepPart(call, upload, number, file, measured);
  return ok("CopyPartResult", [
    ["LastModified", isoTime(call.now)],
    ["ETag", `"${measured.md5}"`],
    ...checksumNodes(algorithm, measured.checksum),
  ]);
}

async function keepPart(
  call: BucketCall,
  upload: Upload,
  number: number,
  file: IncomingFile,
  { bytes, md5, checksum }: MeasuredBytes,
): Promise<void> {
  await file.sync();
  const part = { number, bytes, md5, modifiedAt: call.now, ...(checksum === undefined ? {} : { checksum }) };
  await call.bucket.addPart(upload.id, upload.key, part, file.path);
}

function findUpload(call: BucketCall): { readonly upload: Upload; readonly number: number } {
  const text = call.query.get("partNumber") ?? "";
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 10_000) {
    throw invalidArgument(
      "Part number must be an integer between 1 and 10000, inclusive",
      "partNumber",
      text,
    );
  }
  return { upload: call.bucket.upload(call.query.get("uploadId") ?? "", call.key), number };
}

// Of a FULL_OBJECT upload S3 works the parts' checksums out itself when they are not stated.
function checkAlgorithm({ checksum }: Upload, stated: StatedChecksum | undefined): void {
  if (stated === undefined ? checksum?.type !== "COMPOSITE" : stated.algorithm === checksum?.algorithm)
    return;
  const [expected, actual] = [checksum?.algorithm, stated?.algorithm].map(
    (one) => one?.toLowerCase() ?? "null",
  );
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  );
}

// Unlike a Range header, this one must be `bytes=a-b` and lie inside the source; what does not is InvalidArgument
// here, not InvalidRange (versitygw #610 met it on S3).
function copyRange(header: string | undefined, sourceBytes: number) {
  if (header === undefined) {
    if (sourceBytes > largestUploadBytes) throw copySourceTooLarge();
    return { first: 0, last: sourceBytes - 1 };
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === undefined || first > last) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  }
  if (last >= sourceBytes) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sourceBytes}`,
      "x-amz-copy-source-range",
      header,
    );
  }
  if (last - first >= largestUploadBytes) throw copySourceTooLarge();
  return { first, last };
}
