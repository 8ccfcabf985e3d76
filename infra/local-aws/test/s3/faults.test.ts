import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { outcome, refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

const Bucket = "images";

/** Every call for which there is a fault meets one. */
async function withFaults(seed: number, run: (s3: S3UnderTest) => Promise<void>): Promise<void> {
  const s3 = await startS3UnderTest({ faults: { seed, rate: 1 }, slowCompleteMilliseconds: [300, 400] });
  try {
    await run(s3);
  } finally {
    await s3.stop();
  }
}

const refusals = async (s3: S3UnderTest): Promise<string[]> => {
  const seen: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    seen.push(await refusal(s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }))));
  }
  return seen;
};

test("SlowDown and InternalError come in a sequence that the seed decides", async () => {
  let first: string[] = [];
  await withFaults(7, async (s3) => {
    first = await refusals(s3);
  });
  expect(new Set(first)).toEqual(new Set(["503 SlowDown", "500 InternalError"]));
  await withFaults(7, async (s3) => expect(await refusals(s3)).toEqual(first));
});

test("a conditional write meets a conflict as well, any other never", async () => {
  await withFaults(7, async (s3) => {
    const ends = new Set<string>();
    for (let n = 0; n < 20; n += 1)
      ends.add(
        await refusal(
          s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", IfNoneMatch: "*" })),
        ),
      );
    expect(ends).toContain("409 ConditionalRequestConflict");
    expect(await refusals(s3)).not.toContain("409 ConditionalRequestConflict");
  });
});

test("calls that their caller cannot repeat are spared", async () => {
  await withFaults(1, async (s3) => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: "missing" }));
    expect(await outcome(await fetch(url))).toBe("404 NoSuchKey");
  });
});

test("a connection is cut in the middle of a part, which then is not there", async () => {
  const s3 = await startS3UnderTest();
  try {
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "cut" }));
    const to = { Bucket, Key: "cut", UploadId };
    await s3.restart({ faults: { seed: 3, rate: 1 } });
    const ends: string[] = [];
    for (let PartNumber = 1; PartNumber <= 12; PartNumber += 1) {
      const upload = s3.client.send(
        new UploadPartCommand({ ...to, PartNumber, Body: randomBytes(2_000_000) }),
      );
      ends.push(await refusal(upload));
    }
    expect(ends.some((end) => /ECONNRESET|EPIPE|TimeoutError|undefined Error/.test(end))).toBe(true);
    expect(ends).not.toContain("accepted");
    await s3.restart();
    expect((await s3.client.send(new ListPartsCommand(to))).Parts ?? []).toEqual([]);
  } finally {
    await s3.stop();
  }
});

test("a slow Complete ends well or in an error under 200, which the SDK sees", async () => {
  const s3 = await startS3UnderTest({ slowCompleteMilliseconds: [300, 400] });
  try {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 16 && !(seen.has("accepted") && seen.has("error under 200")); seed += 1) {
      await s3.restart({ faults: { seed: 0, rate: 0 } });
      const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "slow" }));
      const to = { Bucket, Key: "slow", UploadId };
      const { ETag } = await s3.client.send(new UploadPartCommand({ ...to, PartNumber: 1, Body: "x" }));
      await s3.restart({ faults: { seed, rate: 1 } });
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const end = await refusal(
        s3.client.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload })),
      );
      const call = s3.calls.at(-1);
      if (call?.status !== 200) continue;
      expect(call.milliseconds).toBeGreaterThan(250);
      if (end === "accepted") expect(call).not.toHaveProperty("error");
      else {
        expect([end.split(" ")[1], call.error]).toEqual(["InternalError", "InternalError"]);
        // Nothing was done: the upload is still there to be completed.
        await s3.restart({ faults: { seed: 0, rate: 0 } });
        await s3.client.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload }));
      }
      seen.add(end === "accepted" ? end : "error under 200");
    }
    expect(seen).toEqual(new Set(["accepted", "error under 200"]));
  } finally {
    await s3.stop();
  }
});

/** An emulator in a process of its own, killed at the crash point; runs `calls`, then starts again on the state. */
async function killedAt(
  s3: S3UnderTest,
  crashAt: string,
  calls: (client: S3Client) => Promise<void>,
): Promise<void> {
  const program = new URL("./crashing-emulator.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, s3.directory, crashAt], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const [port] = await once(child.stdout, "data");
  await calls(
    s3.clientWith({
      endpoint: `http://127.0.0.1:${String(port).trim()}`,
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
  );
  expect((await exited)[1]).toBe("SIGKILL");
  await s3.restart();
}

test.each([
  ["before", "404 NoSuchKey"],
  ["after", "accepted"],
])("killed %s a PutObject, the state is whole", async (moment, expected) => {
  const s3 = await startS3UnderTest();
  try {
    await killedAt(s3, `s3:PutObject:${moment}:2`, async (client) => {
      const put = (Key: string) => refusal(client.send(new PutObjectCommand({ Bucket, Key, Body: Key })));
      expect(await put("first")).toBe("accepted");
      expect(await put("second")).toMatch("undefined");
    });
    const get = (Key: string) => refusal(s3.client.send(new GetObjectCommand({ Bucket, Key })));
    expect([await get("first"), await get("second")]).toEqual(["accepted", expected]);
  } finally {
    await s3.stop();
  }
});

test.each([
  ["before", ["404 NoSuchKey", "accepted"]],
  ["after", ["accepted", "404 NoSuchUpload"]],
])("killed %s a Complete, there is either the upload or the object", async (moment, expected) => {
  const s3 = await startS3UnderTest();
  try {
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "up" }));
    const to = { Bucket, Key: "up", UploadId };
    await killedAt(s3, `s3:CompleteMultipartUpload:${moment}`, async (client) => {
      const { ETag } = await client.send(new UploadPartCommand({ ...to, PartNumber: 1, Body: "x" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const complete = client.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload }));
      expect(await refusal(complete)).toMatch("undefined");
    });
    const object = refusal(s3.client.send(new GetObjectCommand({ Bucket, Key: "up" })));
    const upload = refusal(s3.client.send(new ListPartsCommand(to)));
    expect([await object, await upload]).toEqual(expected);
  } finally {
    await s3.stop();
  }
});
