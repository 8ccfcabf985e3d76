import { ok, type S3Answer } from "../answer.ts";
import type { BucketCall } from "../call.ts";
import { noSuchKey } from "../condition-failures.ts";
import { findObject } from "../find-object.ts";
import { receiveText } from "../receive-body.ts";
import { statedChecksum } from "../stated-checksum.ts";
import { checkTags } from "../tags.ts";
import { childText, malformedXml, parseXml, type XmlNode } from "../xml.ts";

const largestTaggingBytes = 64 * 1024;

export async function getObjectTagging(call: BucketCall): Promise<S3Answer> {
  const { tags } = findObject(call);
  return ok("Tagging", [
    [
      "TagSet",
      Object.entries(tags).map(
        ([key, value]): XmlNode => [
          "Tag",
          [
            ["Key", key],
            ["Value", value],
          ],
        ],
      ),
    ],
  ]);
}

export async function putObjectTagging(call: BucketCall): Promise<S3Answer> {
  findObject(call);
  const stated = statedChecksum(call);
  const document = parseXml(await receiveText(call, { mostBytes: largestTaggingBytes, stated }), "Tagging");
  const set = document.children.find(({ name }) => name === "TagSet");
  if (set === undefined) throw malformedXml();
  await replaceTags(
    call,
    checkTags(set.children.map((tag) => [childText(tag, "Key") ?? "", childText(tag, "Value") ?? ""])),
  );
  return { status: 200, headers: { "content-length": 0 } };
}

export async function deleteObjectTagging(call: BucketCall): Promise<S3Answer> {
  findObject(call);
  await replaceTags(call, {});
  return { status: 204 };
}

const replaceTags = (call: BucketCall, tags: Readonly<Record<string, string>>): Promise<void> =>
  call.bucket.describe(call.key, (object) => {
    if (object === undefined) throw noSuchKey();
    return { ...object, tags };
  });
