import { randomUUID } from "node:crypto";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf, functionNames } from "../../infra/functions/functions.ts";
import { createJudge } from "../../infra/local-aws/iam/judge.ts";
import { limited, operator } from "../../infra/local-aws/test/s3/principals-under-test.ts";
import { outcome, type S3UnderTest, startS3UnderTest } from "../../infra/local-aws/test/s3/s3-under-test.ts";
import { objectKey } from "../../shared/images/domain/object-key.ts";
import { queueArns } from "./queue-arns.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

const Bucket = "images";

test("a URL that a function has signed reaches image data, and nothing else in the bucket", async () => {
  const arns = {
    table: "arn:table",
    bucket: `arn:aws:s3:::${Bucket}`,
    queues: queueArns((name) => `arn:${name}`),
    tokenKey: "arn:k",
    eventBus: "arn:e",
    checksums: { role: "arn:role", jobs: "arn:jobs" },
  };
  const image = objectKey({ imageId: randomUUID(), transferId: randomUUID() });
  const others = ["upkeep/heartbeat", "upkeep/checksums/x/objects.csv", "other", `${randomUUID()}/x`];
  for (const Key of [image, ...others])
    await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: "theirs" }));
  const signing = functionNames.filter((name) => accessOf(name).objects?.includes("GetObject"));
  expect(signing).toEqual(expect.arrayContaining(["data", "transfers"]));
  for (const name of signing) {
    const principal = { ...limited, statements: policyStatements(accessOf(name), arns) };
    await s3.restart({ judge: createJudge([operator, principal], new Map()) });
    const own = s3.clientWith({ credentials: limited, requestChecksumCalculation: "WHEN_REQUIRED" });
    const through = async (Key: string) => {
      const get = await fetch(await getSignedUrl(own, new GetObjectCommand({ Bucket, Key })));
      const put = await fetch(await getSignedUrl(own, new PutObjectCommand({ Bucket, Key })), {
        method: "PUT",
        body: "ours",
      });
      return [await outcome(get), await outcome(put)];
    };
    const puts = accessOf(name).objects?.includes("PutObject");
    expect([name, ...(await through(image))]).toEqual([name, "200", puts ? "200" : "403 AccessDenied"]);
    for (const Key of others) {
      const { seesHeartbeat, asksForChecksums } = accessOf(name);
      // Jobs have reasons of their own to read one of these.
      if (Key === "upkeep/heartbeat" && seesHeartbeat) continue;
      if (Key.startsWith("upkeep/checksums/") && asksForChecksums) continue;
      expect([name, Key, ...(await through(Key))]).toEqual([
        name,
        Key,
        "403 AccessDenied",
        "403 AccessDenied",
      ]);
    }
  }
});
