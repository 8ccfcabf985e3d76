import { ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidArgument, pageSize } from "../call.ts";
import { isoTime } from "../iso-time.ts";
import type { ListEntry } from "../store/key-index.ts";
import type { XmlNode } from "../xml.ts";
import { listEncoding } from "./list-encoding.ts";

/** ListObjectsV2. */
export async function listObjects(call: BucketCall): Promise<S3Answer> {
  const { query, bucket } = call;
  if (query.get("list-type") !== "2") {
    throw invalidArgument(
      "Invalid List Type specified in Request",
      "list-type",
      query.get("list-type") ?? "",
    );
  }
  const most = pageSize(call, "max-keys");
  const encode = listEncoding(call);
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const [token, startAfter] = [query.get("continuation-token"), query.get("start-after")];
  const after =
    token !== undefined
      ? readToken(token)
      : startAfter !== undefined
        ? { key: startAfter, isGroup: false }
        : undefined;

  const page: ListEntry[] = [];
  let isTruncated = false;
  for (const entry of most === 0 ? [] : bucket.keys.list(prefix, delimiter, after)) {
    if (page.length === most) {
      isTruncated = true;
      break;
    }
    page.push(entry);
  }
  const last = page.at(-1);
  return ok("ListBucketResult", [
    ["Name", bucket.name],
    ["Prefix", encode(prefix)],
    ["StartAfter", startAfter === undefined ? undefined : encode(startAfter)],
    ["ContinuationToken", token],
    ["NextContinuationToken", isTruncated && last ? writeToken(last) : undefined],
    ["KeyCount", page.length],
    ["MaxKeys", most],
    ["Delimiter", delimiter === "" ? undefined : encode(delimiter)],
    ["EncodingType", query.get("encoding-type")],
    ["IsTruncated", isTruncated],
    ...page.filter(({ isGroup }) => !isGroup).map(({ key }) => contents(call, key, encode)),
    ...page
      .filter(({ isGroup }) => isGroup)
      .map(({ key }): XmlNode => ["CommonPrefixes", [["Prefix", encode(key)]]]),
  ]);
}

function contents({ bucket }: BucketCall, key: string, encode: (key: string) => string): XmlNode {
  const object = bucket.object(key);
  if (object === undefined) throw new Error("the key index names an object that is not there");
  return [
    "Contents",
    [
      ["Key", encode(key)],
      ["LastModified", isoTime(object.modifiedAt)],
      ["ETag", `"${object.etag}"`],
      ["ChecksumAlgorithm", object.checksum?.algorithm],
      ["ChecksumType", object.checksum?.type],
      ["Size", object.bytes],
      ["StorageClass", "STANDARD"],
    ],
  ];
}

const writeToken = ({ key, isGroup }: ListEntry): string =>
  Buffer.from(`${isGroup ? "g" : "k"}${key}`).toString("base64url");

function readToken(token: string): ListEntry {
  const text = Buffer.from(token, "base64url").toString();
  if (!/^[gk]./s.test(text) || Buffer.from(text).toString("base64url") !== token) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return { key: text.slice(1), isGroup: text.startsWith("g") };
}
