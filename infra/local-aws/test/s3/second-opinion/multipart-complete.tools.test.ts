import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { refusal } from "../s3-under-test.ts";
import { page } from "./aws-pages.ts";
import { both, completed, large, md5, on, small, whole } from "./multipart-upload.ts";
import { compare } from "./sides.ts";

compare([
  [
    "parts in order",
    on(both, async ({ complete, read, head }) => {
      await complete(whole);
      return `${(await head()).ETag} ${(await read()).equals(Buffer.concat([large, small]))}`;
    }),
    `"${createHash("md5")
      .update(Buffer.concat(whole.map(([, tag]) => Buffer.from(tag, "hex"))))
      .digest("hex")}-2" true`,
  ],
  [
    "parts in the wrong order",
    completed(both, whole.toReversed()),
    "400 InvalidPartOrder",
    "accepted",
    page.complete,
  ],
  [
    "a part named twice",
    completed(both, [
      [1, md5(large)],
      [1, md5(large)],
    ]),
    "400 InvalidPartOrder",
    "400 InvalidPart",
    page.complete,
  ],
  ["a part that is not there", completed(both, [...whole, [3, md5(small)]]), "400 InvalidPart"],
  [
    "another ETag",
    completed(both, [
      [1, md5(large)],
      [2, md5(large)],
    ]),
    "400 InvalidPart",
  ],
  [
    "an ETag in quotes",
    completed(
      both,
      whole.map(([number, tag]) => [number, `"${tag}"`]),
    ),
    "accepted",
  ],
  [
    "a small part before the last",
    completed({ 1: small, 2: large }, [
      [1, md5(small)],
      [2, md5(large)],
    ]),
    "400 EntityTooSmall",
  ],
  ["a small part alone", completed({ 1: small }, [[1, md5(small)]]), "accepted"],
  ["an empty part alone", completed({ 1: Buffer.alloc(0) }, [[1, md5(Buffer.alloc(0))]]), "accepted"],
  [
    "only some of the parts",
    on(both, async ({ complete, head }) => {
      const ended = await refusal(complete([[2, md5(small)]]));
      return ended === "accepted" ? (await head()).ContentLength : ended;
    }),
    String(small.length),
    "400 InvalidPart",
    page.complete,
  ],
  [
    "part numbers with gaps",
    completed({ 7: large, 10000: small }, [
      [7, md5(large)],
      [10_000, md5(small)],
    ]),
    "accepted",
  ],
  ["no parts", completed(both, []), "400 MalformedXML"],
  [
    "a part sent again",
    on({ 1: large }, async ({ part, complete }) => {
      await part(1, small);
      return refusal(complete([[1, md5(large)]]));
    }),
    "400 InvalidPart",
  ],
  [
    "an upload of another key",
    on({ 1: small }, ({ complete }) => refusal(complete([[1, md5(small)]], { Key: "another" }))),
    "404 NoSuchUpload",
    "500 InternalError",
    page.complete,
  ],
  [
    "an unknown upload",
    on({ 1: small }, ({ complete }) => refusal(complete([[1, md5(small)]], { UploadId: "unknown" }))),
    "404 NoSuchUpload",
    "500 InternalError",
    page.complete,
  ],
  [
    "a second Complete",
    on({ 1: small }, async ({ complete }) => {
      await complete([[1, md5(small)]]);
      return refusal(complete([[1, md5(small)]]));
    }),
    "404 NoSuchUpload",
    "accepted",
    page.complete,
  ],
  [
    "Complete after Abort",
    on({ 1: small }, async ({ abort, complete }) => {
      await abort();
      return refusal(complete([[1, md5(small)]]));
    }),
    "404 NoSuchUpload",
    "500 InternalError",
    page.complete,
  ],
  [
    "Complete over an object, If-None-Match",
    on({ 1: small }, async ({ complete, upload }, { client }) => {
      await client.send(new PutObjectCommand({ Bucket: upload.Bucket, Key: upload.Key, Body: "first" }));
      return refusal(complete([[1, md5(small)]], { IfNoneMatch: "*" }));
    }),
    "412 PreconditionFailed",
    "accepted",
    page.conditionalWrites,
  ],
]);
