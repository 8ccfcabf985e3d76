import { ownValue } from "../../../own-value.ts";
import { AwsFailure } from "../../aws-failure.ts";
import { checksumNodes, ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidRequest } from "../call.ts";
import { checksumAlgorithms, checksumHeader } from "../checksums.ts";
import { multipartChecksum, multipartEtag } from "../multipart-checksum.ts";
import { receiveText } from "../receive-body.ts";
import type { ObjectChecksum, Part, StoredObject, Upload } from "../store/stored-object.ts";
import { writeCondition } from "../write-condition.ts";
import { childText, malformedXml, parseXml, type XmlElement } from "../xml.ts";
import { versionHeaders } from "./put-object.ts";

const smallestPartBytes = 5 * 1024 ** 2;
const mostParts = 10_000;
const largestListBytes = 8 * 1024 ** 2;

export async function completeMultipartUpload(call: BucketCall): Promise<S3Answer> {
  const id = call.query.get("uploadId") ?? "";
  call.bucket.upload(id, call.key);
  const condition = writeCondition(call);
  const list = parseXml(await receiveText(call, { mostBytes: largestListBytes }), "CompleteMultipartUpload");
  const object = await call.bucket.complete(
    id,
    call.key,
    (upload) => assembleObject(call, upload, list.children),
    condition,
  );
  const result = ok("CompleteMultipartUploadResult", [
    ["Location", `http://${call.headers.host}/${call.bucket.name}/${encodeURIComponent(call.key)}`],
    ["Bucket", call.bucket.name],
    ["Key", call.key],
    ["ETag", `"${object.etag}"`],
    ...checksumNodes(object.checksum?.algorithm, object.checksum?.value, object.checksum?.type),
  ]);
  return { ...result, headers: versionHeaders(object) };
}

/** The object that the request's list makes of an upload's parts; nothing is stored yet. */
async function assembleObject(
  call: BucketCall,
  upload: Upload,
  listed: readonly XmlElement[],
): Promise<StoredObject> {
  if (listed.length < 1 || listed.length > mostParts) throw malformedXml();
  const parts: Part[] = [];
  let previous = 0;
  for (const element of listed) {
    const part = listedPart(upload, element);
    if (part.number <= previous) {
      throw new AwsFailure(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    }
    previous = part.number;
    parts.push(part);
  }
  const tooSmall = parts.slice(0, -1).find(({ bytes }) => bytes < smallestPartBytes);
  if (tooSmall !== undefined) {
    throw new AwsFailure(
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed size",
      400,
      {
        ETag: tooSmall.md5,
        MinSizeAllowed: smallestPartBytes,
        PartNumber: tooSmall.number,
        ProposedSize: tooSmall.bytes,
      },
    );
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const announced = call.headers["x-amz-mp-object-size"];
  if (announced !== undefined && announced !== String(bytes)) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${bytes}`,
    );
  }
  const checksum =
    upload.checksum && (await multipartChecksum(upload.checksum.algorithm, upload.checksum.type, parts));
  checkStated(call, checksum);
  return {
    headers: upload.headers,
    metadata: upload.metadata,
    tags: upload.tags,
    key: upload.key,
    bytes,
    etag: multipartEtag(parts),
    // S3 dates a multipart object from its creation, not from its completion.
    modifiedAt: upload.initiatedAt,
    ...(checksum === undefined ? {} : { checksum }),
    parts,
    uploadId: upload.id,
  };
}

function listedPart(upload: Upload, element: XmlElement): Part {
  const [number, etag] = [childText(element, "PartNumber"), childText(element, "ETag")];
  if (element.name !== "Part" || etag === undefined || !/^\d{1,5}$/.test(number?.trim() ?? "")) {
    throw malformedXml();
  }
  const part = upload.parts.get(Number(number));
  const invalid = new AwsFailure(
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    { UploadId: upload.id, PartNumber: Number(number), ETag: etag },
  );
  if (part === undefined || etag.trim().replace(/^"|"$/g, "") !== part.md5) throw invalid;

  const algorithm = upload.checksum?.algorithm;
  const stated = algorithm && childText(element, `Checksum${algorithm}`);
  if (stated !== undefined && stated !== part.checksum) throw invalid;
  if (stated === undefined && upload.checksum?.type === "COMPOSITE") {
    throw invalidRequest(
      `The upload was created using a ${algorithm?.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  return part;
}

// Here x-amz-checksum-* speaks of the whole object, not of the request's body.
function checkStated(call: BucketCall, checksum: ObjectChecksum | undefined): void {
  const type = call.headers["x-amz-checksum-type"];
  if (type !== undefined && type !== checksum?.type) {
    throw invalidRequest(
      `The upload was created using the ${checksum?.type ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  for (const algorithm of checksumAlgorithms) {
    const stated = ownValue(call.headers, checksumHeader(algorithm));
    if (stated === undefined) continue;
    if (algorithm !== checksum?.algorithm || stated !== checksum.value) {
      throw new AwsFailure(
        "BadDigest",
        `The ${algorithm} you specified did not match the calculated checksum.`,
      );
    }
  }
}
