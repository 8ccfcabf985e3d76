import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { refusal } from "../s3-under-test.ts";
import { page } from "./aws-pages.ts";
import { type Case, compare, type Side } from "./sides.ts";
import { outcomeOf, presigned, send, signed } from "./signed-request.ts";

const text = "0123456789";
let count = 0;
/** A case on an object of its own. */
const on = (run: (key: string, side: Side) => Promise<unknown>, body = text) => {
  const key = `object-${count++}`;
  return async (side: Side): Promise<string> => {
    await side.client.send(
      new PutObjectCommand({ Bucket: side.bucket, Key: key, Body: body, ContentType: "text/plain" }),
    );
    return String(await run(key, side));
  };
};
const ranged = (range: string, body = text) =>
  on(async (key, side) => {
    const reply = await send(side, signed(side, { key, headers: { range } }));
    const code = outcomeOf(reply);
    return reply.status >= 300
      ? code
      : `${code} ${reply.body} ${reply.headers["content-range"] ?? ""}`.trim();
  }, body);

const ranges: readonly Case[] = [
  ["the first bytes", ranged("bytes=0-3"), "206 0123 bytes 0-3/10"],
  ["the last byte", ranged("bytes=9-9"), "206 9 bytes 9-9/10"],
  ["from a byte on", ranged("bytes=7-"), "206 789 bytes 7-9/10"],
  ["the last three", ranged("bytes=-3"), "206 789 bytes 7-9/10"],
  ["more than all from the end", ranged("bytes=-20"), "206 0123456789 bytes 0-9/10"],
  ["beyond the end", ranged("bytes=8-20"), "206 89 bytes 8-9/10"],
  ["after the end", ranged("bytes=10-20"), "416 InvalidRange"],
  ["the last none", ranged("bytes=-0"), "416 InvalidRange", "206 0123456789 bytes 0-9/10", page.range],
  ["a range turned round", ranged("bytes=5-2"), "200 0123456789", "416 InvalidRange", page.range],
  ["another unit", ranged("lines=1-2"), "200 0123456789", "200 0123456789 bytes 0-9/10", page.range],
  ["two ranges", ranged("bytes=0-1,4-5"), "200 0123456789", "206 01 bytes 0-1/10", page.getObject],
  ["a range that is none", ranged("bytes=x-y"), "200 0123456789", "206 0 bytes 0-0/10", page.range],
  ["a range of nothing", ranged("bytes=0-0", ""), "416 InvalidRange"],
  [
    "a range with an unsigned header beside a URL",
    on(async (key, side) => {
      const wire = presigned(side, { key });
      const reply = await send(side, { ...wire, headers: { ...wire.headers, range: "bytes=2-3" } });
      return `${reply.status} ${reply.body}`;
    }),
    "206 23",
  ],
];

const etag = `"${createHash("md5").update(text).digest("hex")}"`;
const read = (more: object) =>
  on((key, { client, bucket }) =>
    refusal(client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...more }))),
  );
const before = new Date("2020-01-01T00:00:00Z");
const conditions: readonly Case[] = [
  ["read If-Match, the same", read({ IfMatch: etag }), "accepted"],
  ["read If-Match, another", read({ IfMatch: '"0"' }), "412 PreconditionFailed"],
  ["read If-None-Match, the same", read({ IfNoneMatch: etag }), "304 Unknown"],
  ["read If-None-Match, another", read({ IfNoneMatch: '"0"' }), "accepted"],
  ["read If-Modified-Since long ago", read({ IfModifiedSince: before }), "accepted"],
  ["read If-Unmodified-Since long ago", read({ IfUnmodifiedSince: before }), "412 PreconditionFailed"],
  [
    "read If-Match and If-Unmodified-Since long ago",
    read({ IfMatch: etag, IfUnmodifiedSince: before }),
    "accepted",
  ],
  [
    "read If-None-Match and If-Modified-Since long ago",
    read({ IfNoneMatch: etag, IfModifiedSince: before }),
    "304 Unknown",
  ],
];

const keys = [
  "list/a",
  "list/a/1",
  "list/a/2",
  "list/b",
  "list/B",
  "list/é",
  "list/\u{1F600}",
  "list/\uFF5E",
  "list/a b",
];
const listed =
  (more: object) =>
  async ({ client, bucket }: Side) => {
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    const pages: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: "list/", ContinuationToken, ...more }),
      );
      pages.push(
        [
          ...(page.Contents ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `(${Prefix})`),
        ].join(","),
      );
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined && pages.length < 20);
    return pages.join(" | ").replaceAll("list/", "");
  };
const lists: readonly Case[] = [
  ["keys in the order of their UTF-8", listed({}), "B,a,a b,a/1,a/2,b,é,\uFF5E,\u{1F600}"],
  ["keys in pages of four", listed({ MaxKeys: 4 }), "B,a,a b,a/1 | a/2,b,é,\uFF5E | \u{1F600}"],
  ["keys below a delimiter", listed({ Delimiter: "/" }), "B,a,a b,b,é,\uFF5E,\u{1F600},(a/)"],
  [
    "keys below a delimiter in pages of two",
    listed({ Delimiter: "/", MaxKeys: 2 }),
    "B,a | a b,(a/) | b,é | \uFF5E,\u{1F600}",
  ],
  ["keys after one", listed({ StartAfter: "list/a/1" }), "a/2,b,é,\uFF5E,\u{1F600}"],
  ["no keys at all", listed({ MaxKeys: 0 }), ""],
];

compare([...ranges, ...conditions, ...lists]);
