import { checksumNodes, ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidArgument, pageSize } from "../call.ts";
import { isoTime } from "../iso-time.ts";
import { compareKeys } from "../store/key-index.ts";
import type { Part, Upload } from "../store/stored-object.ts";
import type { XmlNode } from "../xml.ts";
import { listEncoding } from "./list-encoding.ts";

export async function abortMultipartUpload(call: BucketCall): Promise<S3Answer> {
  await call.bucket.abort(call.query.get("uploadId") ?? "", call.key);
  return { status: 204 };
}

export async function listParts(call: BucketCall): Promise<S3Answer> {
  const upload = call.bucket.upload(call.query.get("uploadId") ?? "", call.key);
  const most = pageSize(call, "max-parts");
  const marker = call.query.get("part-number-marker") ?? "0";
  if (!/^\d{1,10}$/.test(marker)) {
    throw invalidArgument("Argument part-number-marker must be an integer", "part-number-marker", marker);
  }
  const parts = [...upload.parts.values()]
    .filter(({ number }) => number > Number(marker))
    .sort((a, b) => a.number - b.number);
  const page = parts.slice(0, most);
  return ok("ListPartsResult", [
    ["Bucket", call.bucket.name],
    ["Key", call.key],
    ["UploadId", upload.id],
    ...initiatorOf(upload),
    ["StorageClass", "STANDARD"],
    ["PartNumberMarker", marker],
    ["NextPartNumberMarker", page.at(-1)?.number ?? 0],
    ["MaxParts", most],
    ["IsTruncated", parts.length > page.length],
    ["ChecksumAlgorithm", upload.checksum?.algorithm],
    ["ChecksumType", upload.checksum?.type],
    ...page.map((part) => partNode(part, upload)),
  ]);
}

const partNode = (part: Part, upload: Upload): XmlNode => [
  "Part",
  [
    ["PartNumber", part.number],
    ["LastModified", isoTime(part.modifiedAt)],
    ["ETag", `"${part.md5}"`],
    ["Size", part.bytes],
    ...checksumNodes(upload.checksum?.algorithm, part.checksum),
  ],
];

const initiatorOf = ({ initiator }: Upload): readonly XmlNode[] => [
  [
    "Initiator",
    [
      ["ID", initiator],
      ["DisplayName", initiator],
    ],
  ],
  ["Owner", [["ID", "local"]]],
];

/** The uploads in progress, by key and then by id, which is what the id marker goes by. */
export async function listMultipartUploads(call: BucketCall): Promise<S3Answer> {
  const most = pageSize(call, "max-uploads");
  const prefix = call.query.get("prefix") ?? "";
  const keyMarker = call.query.get("key-marker") ?? "";
  const idMarker = keyMarker === "" ? "" : (call.query.get("upload-id-marker") ?? "");
  const encode = listEncoding(call);
  const isAfter = ({ key, id }: Upload): boolean =>
    compareKeys(key, keyMarker) > 0 || (key === keyMarker && idMarker !== "" && id > idMarker);
  const uploads = [...call.bucket.uploads]
    .filter((upload) => upload.key.startsWith(prefix) && isAfter(upload))
    .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
  const page = uploads.slice(0, most);
  const isTruncated = uploads.length > page.length;
  const last = page.at(-1);
  return ok("ListMultipartUploadsResult", [
    ["Bucket", call.bucket.name],
    ["KeyMarker", encode(keyMarker)],
    ["UploadIdMarker", idMarker],
    ...(isTruncated && last
      ? ([
          ["NextKeyMarker", encode(last.key)],
          ["NextUploadIdMarker", last.id],
        ] as const)
      : []),
    ["Prefix", encode(prefix)],
    ["MaxUploads", most],
    ["IsTruncated", isTruncated],
    ["EncodingType", call.query.get("encoding-type")],
    ...page.map(
      (upload): XmlNode => [
        "Upload",
        [
          ["Key", encode(upload.key)],
          ["UploadId", upload.id],
          ...initiatorOf(upload),
          ["StorageClass", "STANDARD"],
          ["Initiated", isoTime(upload.initiatedAt)],
          ["ChecksumAlgorithm", upload.checksum?.algorithm],
          ["ChecksumType", upload.checksum?.type],
        ],
      ],
    ),
  ]);
}
