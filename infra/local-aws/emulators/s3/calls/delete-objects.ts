import { ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidRequest, notImplemented, objectArn } from "../call.ts";
import { receiveText } from "../receive-body.ts";
import { statedChecksum } from "../stated-checksum.ts";
import { isMarker, shownVersionId } from "../store/object-versions.ts";
import { childText, malformedXml, parseXml, type XmlNode } from "../xml.ts";

const mostKeys = 1000;
const largestListBytes = 4 * 1024 * 1024;

export async function deleteObject(call: BucketCall): Promise<S3Answer> {
  const marker = await call.bucket.delete(call.key);
  if (marker === undefined) return { status: 204 };
  return {
    status: 204,
    headers: { "x-amz-delete-marker": "true", "x-amz-version-id": shownVersionId(marker) },
  };
}

/** For good; a version that is not there is fine. To remove a delete marker brings back what is below it. */
export async function deleteObjectVersion(call: BucketCall): Promise<S3Answer> {
  const id = call.query.get("versionId") ?? "";
  const [removed] = await call.bucket.deleteVersions(call.key, (version) => shownVersionId(version) === id);
  const isOfMarker = removed !== undefined && isMarker(removed);
  return {
    status: 204,
    headers: { "x-amz-version-id": id, ...(isOfMarker && { "x-amz-delete-marker": "true" }) },
  };
}

/** Each key is judged, deleted and reported by itself. */
export async function deleteObjects(call: BucketCall): Promise<S3Answer> {
  const stated = statedChecksum(call);
  if (stated === undefined && call.headers["content-md5"] === undefined) {
    throw invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const list = parseXml(await receiveText(call, { mostBytes: largestListBytes, stated }), "Delete");
  const quiet = childText(list, "Quiet") === "true";
  const objects = list.children.filter(({ name }) => name === "Object");
  if (objects.length < 1 || objects.length > mostKeys) throw malformedXml();

  const results: XmlNode[] = [];
  for (const object of objects) {
    const key = childText(object, "Key");
    if (key === undefined || key === "") throw malformedXml();
    if (object.children.length > 1) throw notImplemented("DeleteObjects with more than a Key for an object");
    results.push(...(await deleteOne(call, key, quiet)));
  }
  return ok("DeleteResult", results);
}

async function deleteOne(call: BucketCall, key: string, quiet: boolean): Promise<readonly XmlNode[]> {
  const arn = objectArn(call.bucket.name, key);
  if (!call.permits("s3:DeleteObject", arn)) {
    return [
      [
        "Error",
        [
          ["Key", key],
          ["Code", "AccessDenied"],
          ["Message", "Access Denied"],
        ],
      ],
    ];
  }
  call.require("s3:DeleteObject", arn);
  await call.bucket.delete(key);
  return quiet ? [] : [["Deleted", [["Key", key]]]];
}
