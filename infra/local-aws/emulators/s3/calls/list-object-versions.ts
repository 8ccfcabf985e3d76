import { ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidArgument, pageSize } from "../call.ts";
import { isoTime } from "../iso-time.ts";
import { isMarker, shownVersionId } from "../store/object-versions.ts";
import type { ObjectVersion } from "../store/stored-object.ts";
import type { XmlNode } from "../xml.ts";
import { listEncoding } from "./list-encoding.ts";

interface Listed {
  readonly version: ObjectVersion;
  readonly isLatest: boolean;
}

/** All versions and delete markers, by key and then newest first; the markers name the last of the page before. */
export async function listObjectVersions(call: BucketCall): Promise<S3Answer> {
  const { query, bucket } = call;
  const most = pageSize(call, "max-keys");
  const encode = listEncoding(call);
  const prefix = query.get("prefix") ?? "";
  const [keyMarker, versionMarker] = [query.get("key-marker") ?? "", query.get("version-id-marker") ?? ""];
  if (versionMarker !== "" && keyMarker === "")
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      versionMarker,
    );

  const page: Listed[] = [];
  let isTruncated = false;
  for (const listed of most === 0 ? [] : versionsBehind(call, prefix, keyMarker, versionMarker)) {
    if (page.length === most) {
      isTruncated = true;
      break;
    }
    page.push(listed);
  }
  const last = page.at(-1)?.version;
  return ok("ListVersionsResult", [
    ["Name", bucket.name],
    ["Prefix", encode(prefix)],
    ["KeyMarker", encode(keyMarker)],
    ["VersionIdMarker", versionMarker],
    ["NextKeyMarker", isTruncated && last ? encode(last.key) : undefined],
    ["NextVersionIdMarker", isTruncated && last ? shownVersionId(last) : undefined],
    ["MaxKeys", most],
    ["EncodingType", query.get("encoding-type")],
    ["IsTruncated", isTruncated],
    ...page.map((listed) => versionNode(listed, encode)),
  ]);
}

function* versionsBehind(
  { bucket }: BucketCall,
  prefix: string,
  keyMarker: string,
  versionMarker: string,
): Generator<Listed> {
  const latestFirst = (key: string): Listed[] =>
    bucket.versions(key).map((version, index) => ({ version, isLatest: index === 0 }));
  if (versionMarker !== "" && keyMarker.startsWith(prefix)) {
    const versions = latestFirst(keyMarker);
    const seen = versions.findIndex(({ version }) => shownVersionId(version) === versionMarker);
    if (seen >= 0) yield* versions.slice(seen + 1);
  }
  const after = keyMarker === "" ? undefined : { key: keyMarker, isGroup: false };
  for (const { key } of bucket.versionedKeys.list(prefix, "", after)) yield* latestFirst(key);
}

function versionNode({ version, isLatest }: Listed, encode: (key: string) => string): XmlNode {
  const common: XmlNode[] = [
    ["Key", encode(version.key)],
    ["VersionId", shownVersionId(version)],
    ["IsLatest", isLatest],
    ["LastModified", isoTime(version.modifiedAt)],
    ["Owner", [["ID", "local"]]],
  ];
  if (isMarker(version)) return ["DeleteMarker", common];
  return [
    "Version",
    [
      ...common,
      ["ETag", `"${version.etag}"`],
      ["ChecksumAlgorithm", version.checksum?.algorithm],
      ["ChecksumType", version.checksum?.type],
      ["Size", version.bytes],
      ["StorageClass", "STANDARD"],
    ],
  ];
}
