import { ownValue } from "../../../own-value.ts";
import { checksumNodes, ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidArgument } from "../call.ts";
import { findObject } from "../find-object.ts";
import type { StoredObject } from "../store/stored-object.ts";
import type { XmlNode } from "../xml.ts";

const known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
const mostParts = 1000;

export async function getObjectAttributes(call: BucketCall): Promise<S3Answer> {
  const object = findObject(call);
  const header = call.headers["x-amz-object-attributes"] ?? "";
  const wanted = new Set(header.split(",").map((one) => one.trim()));
  if ([...wanted].some((one) => !known.includes(one))) {
    throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", header);
  }
  const attribute = (name: string, content: XmlNode[1]): XmlNode => [
    name,
    wanted.has(name) ? content : undefined,
  ];
  const { checksum } = object;
  return {
    ...ok("GetObjectAttributesResponse", [
      attribute("ETag", object.etag),
      attribute("Checksum", checksum && checksumNodes(checksum.algorithm, checksum.value, checksum.type)),
      attribute("ObjectParts", object.uploadId === undefined ? undefined : partsOf(call, object)),
      attribute("StorageClass", "STANDARD"),
      attribute("ObjectSize", object.bytes),
    ]),
    headers: { "last-modified": new Date(object.modifiedAt).toUTCString() },
  };
}

// S3 lists the parts only of an object with checksums; of others it says how many there are.
function partsOf(call: BucketCall, object: StoredObject): readonly XmlNode[] {
  const count: XmlNode = ["PartsCount", object.parts.length];
  const { checksum } = object;
  if (checksum === undefined) return [count];
  const marker = numberIn(call, "x-amz-part-number-marker", 0);
  const most = Math.min(numberIn(call, "x-amz-max-parts", mostParts), mostParts);
  const rest = object.parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, most);
  return [
    count,
    ["PartNumberMarker", marker],
    ["NextPartNumberMarker", page.at(-1)?.number ?? 0],
    ["MaxParts", most],
    ["IsTruncated", rest.length > page.length],
    ...page.map(
      (part): XmlNode => [
        "Part",
        [
          ["PartNumber", part.number],
          ["Size", part.bytes],
          ...checksumNodes(checksum.algorithm, part.checksum),
        ],
      ],
    ),
  ];
}

function numberIn({ headers }: BucketCall, header: string, fallback: number): number {
  const text = ownValue(headers, header) ?? String(fallback);
  if (!/^\d{1,10}$/.test(text)) throw invalidArgument(`${header} must be an integer`, header, text);
  return Number(text);
}
