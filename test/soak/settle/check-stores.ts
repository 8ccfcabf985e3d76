import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  S3Client,
} from "@aws-sdk/client-s3";
import { startS3 } from "../../../infra/local-aws/emulators/s3/start-s3.ts";
import { noFaults } from "../../../infra/local-aws/faults.ts";
import { operator, region } from "../../../infra/local-aws/test/s3/principals-under-test.ts";
import { Violation } from "../oracle/violation.ts";
import type { World } from "../world.ts";
import type { Kept } from "./check-images.ts";

const inUse = /^(upkeep|cache)\//;

async function versionsOf(client: S3Client, Bucket: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  for (let from: object = {}; ; ) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket, ...from }),
    );
    found.push(...(page.Versions ?? []));
    if (!page.IsTruncated) return found;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

async function uploadsOf(client: S3Client, Bucket: string): Promise<string[]> {
  const found: string[] = [];
  for (let from: object = {}; ; ) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket, ...from }),
    );
    found.push(...(page.Uploads ?? []).map(({ Key = "" }) => Key));
    if (!page.IsTruncated) return found;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/** Keys, deleted ones and uploads of each bucket of a home whose runtime is stopped. */
async function contentsOf(home: string, offset: number) {
  const names = readdirSync(join(home, "s3"));
  const emulator = await startS3({
    ...{ directory: join(home, "s3"), port: 0, region, faults: noFaults, onCall: () => undefined },
    buckets: names.map((name) => ({ name })),
    judge: { principalOf: () => operator, allows: () => true },
    clock: () => Date.now() + offset,
  });
  const client = new S3Client({
    ...{ region, credentials: operator, systemClockOffset: offset },
    endpoint: `http://127.0.0.1:${emulator.port}`,
  });
  try {
    const contents = [];
    for (const Bucket of names) {
      const versions = await versionsOf(client, Bucket);
      contents.push({
        bucket: Bucket,
        current: versions.filter(({ IsLatest }) => IsLatest).map(({ Key = "" }) => Key),
        before: versions.filter(({ IsLatest }) => !IsLatest).map(({ Key = "" }) => Key),
        uploads: await uploadsOf(client, Bucket),
      });
    }
    return contents;
  } finally {
    client.destroy();
    await emulator.close();
  }
}

const fail = (what: string): never => {
  throw new Violation("bytes-without-owner", what);
};

/** No store has a byte that no image has, and each has one object for each image that it is said to have. */
export async function checkStores(world: World, kept: readonly Kept[]): Promise<void> {
  const { home, offset } = world.service;
  const copies = (of: (store: string) => boolean) =>
    kept.flatMap(({ id, stores }) => stores.filter(of).map(() => id)).toSorted();
  const held: string[] = [];
  for (const { bucket, current, before, uploads } of await contentsOf(home, offset)) {
    if (uploads.length > 0) fail(`${bucket} has uploads: ${uploads.join(", ")}`);
    const old = before.filter((key) => !inUse.test(key));
    if (old.length > 0) fail(`${bucket} keeps deleted bytes for too long: ${old.join(", ")}`);
    held.push(...current.filter((key) => !inUse.test(key)).map((key) => key.split("/")[0] ?? key));
  }
  const wanted = copies((store) => store === "fast" || store === "cheap");
  const differing = difference(held.toSorted(), wanted);
  if (differing !== "") fail(`buckets: ${differing}`);
  const folder = join(home, "stores", "files");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(".")) : [];
  const inFolder = difference(
    files.toSorted(),
    copies((store) => store === "files"),
  );
  if (inFolder !== "") fail(`folder: ${inFolder}`);
}

/** As often as one has it more often than the other. */
function difference(held: readonly string[], wanted: readonly string[]): string {
  const left = [...wanted];
  const over = held.filter((id) => {
    const at = left.indexOf(id);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...over.map((id) => `${id} without owner`), ...left.map((id) => `${id} lacking`)].join(", ");
}
