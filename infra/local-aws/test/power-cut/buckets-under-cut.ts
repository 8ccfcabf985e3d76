import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { startS3 } from "../../emulators/s3/start-s3.ts";
import { noFaults } from "../../faults.ts";
import { operator, region } from "../s3/principals-under-test.ts";
import { etagsOf, keptIn } from "./kept-in-bucket.ts";
import type { ServiceUnderCut } from "./service-under-cut.ts";
import type { Timeline } from "./timeline.ts";

const buckets = [{ name: "images" }, { name: "versioned", isVersioned: true }];

async function start(directory: string) {
  const emulator = await startS3({
    ...{ directory, port: 0, region, buckets, faults: noFaults },
    judge: { principalOf: () => operator, allows: () => true },
    onCall: () => undefined,
  });
  const client = new S3Client({
    ...{ region, credentials: operator, maxAttempts: 1, forcePathStyle: true },
    endpoint: `http://127.0.0.1:${emulator.port}`,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const close = async () => {
    client.destroy();
    await emulator.close();
  };
  return { client, close };
}

/** Asks for changes of one key, and notes after each what a look finds then. */
function changesOf(client: S3Client, timeline: Timeline, Bucket: string, Key: string) {
  const subject = `${Bucket}/${Key}`;
  timeline.begin(subject, ["nothing"]);
  const to = { Bucket, Key };
  const ask = <Answer>(change: () => Promise<Answer>) =>
    timeline.act(subject, change, async () => [
      (await keptIn(client, Bucket, Key)).get(subject) ?? "nothing",
    ]);
  return {
    put: (Body: string) =>
      ask(() => client.send(new PutObjectCommand({ ...to, Body, Metadata: { length: `${Body.length}` } }))),
    tag: (Value: string) =>
      ask(() =>
        client.send(new PutObjectTaggingCommand({ ...to, Tagging: { TagSet: [{ Key: "tag", Value }] } })),
      ),
    copyFrom: (CopySource: string) => ask(() => client.send(new CopyObjectCommand({ ...to, CopySource }))),
    remove: (VersionId?: string) => ask(() => client.send(new DeleteObjectCommand({ ...to, VersionId }))),
    upload: async () => {
      const { UploadId } = await ask(() => client.send(new CreateMultipartUploadCommand(to)));
      const of = { ...to, UploadId };
      return {
        part: (PartNumber: number, Body: string) =>
          ask(() => client.send(new UploadPartCommand({ ...of, PartNumber, Body }))),
        complete: (PartNumber: number, ETag: string | undefined) =>
          ask(() =>
            client.send(
              new CompleteMultipartUploadCommand({
                ...{ ...of, IfNoneMatch: "*" },
                MultipartUpload: { Parts: [{ PartNumber, ETag }] },
              }),
            ),
          ),
        abort: () => ask(() => client.send(new AbortMultipartUploadCommand(of))),
      };
    },
  };
}

/** Buckets: objects, versions, uploads and parts that were acknowledged are there, whole, and nothing else is. */
export const bucketsUnderCut: ServiceUnderCut = {
  work: async (directory, timeline) => {
    const { client, close } = await start(directory);
    const of = (bucket: string, key: string) => changesOf(client, timeline, bucket, key);
    const one = of("images", "one");
    await one.put("first");
    await one.put("second, and longer");
    await one.tag("yes");
    const copy = of("images", "copy/of it");
    await copy.copyFrom("images/one");
    await one.remove();
    await copy.put("in its place");

    const whole = await of("images", "uploaded").upload();
    await whole.part(1, "replaced");
    const { ETag } = await whole.part(1, "kept".repeat(1000));
    await whole.part(2, "not used");
    await whole.complete(1, ETag);
    const aborted = await of("images", "aborted").upload();
    await aborted.part(1, "for nothing");
    await aborted.abort();
    const left = await of("images", "left open").upload();
    await left.part(7, "waits");

    const kept = of("versioned", "kept");
    await kept.put("old");
    const { VersionId } = await kept.put("new");
    await kept.remove();
    await kept.remove(VersionId);
    await Promise.all(
      ["a", "b", "c"].map(async (key) => {
        const each = of("versioned", key);
        await each.put(key.repeat(5000));
        await each.remove();
      }),
    );
    await close();
  },
  open: async (directory) => {
    const { client, close } = await start(directory);
    return {
      look: async () => {
        const found = await Promise.all(buckets.map(({ name }) => keptIn(client, name)));
        const kept = new Map(found.flatMap((one) => [...one]));
        await requireNothingElse(directory, found);
        return kept;
      },
      use: async () => {
        await client.send(new PutObjectCommand({ Bucket: "versioned", Key: "after", Body: "after" }));
      },
      close,
    };
  },
};

/** Each data file is the bytes of a version or a part, as all of ours have one file each; nothing is being received. */
async function requireNothingElse(directory: string, found: readonly ReadonlyMap<string, string>[]) {
  for (const [at, { name }] of buckets.entries()) {
    const incoming = await readdir(join(directory, name, "incoming"));
    const lines = [...(found[at]?.values() ?? [])].join("\n").split("\n");
    const etags = lines.flatMap((line) => /^(?:version|part) .*?("[^"]+")/.exec(line)?.[1] ?? []);
    for (const file of await readdir(join(directory, name, "data"))) {
      const possible = etagsOf(await readFile(join(directory, name, "data", file)));
      const named = etags.findIndex((etag) => possible.includes(etag));
      if (named === -1) throw new Error(`${name}: the data file ${file} is nobody's`);
      etags.splice(named, 1);
    }
    if (etags.length + incoming.length > 0)
      throw new Error(
        `${name}: bytes of ${etags} are not there; ${incoming.length} files are being received`,
      );
  }
}
