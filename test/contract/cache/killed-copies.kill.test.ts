import { randomBytes } from "node:crypto";
import { ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { s3BlobInventory } from "../../../shared/upkeep/adapters/s3/blob-inventory.ts";
import { cacheCleaner } from "../../../shared/upkeep/operations/cache/cache-cleaner.ts";
import { faulty } from "../../fakes/faulty.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { memoryCheckpoints } from "../../fakes/upkeep/memory-checkpoints.ts";
import { copiesOfHttp, PART_BYTES } from "./copies-of-http.ts";

const DAY_MS = 86_400_000;
let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

const isDone = (result: string): boolean => result === "cached";

it("a copy whose worker is killed at any of its calls is finished by the next one, and no part is read in vain but those in hand", async () => {
  const data = randomBytes(2.5 * PART_BYTES);
  let calls = Number.POSITIVE_INFINITY;
  let read = 0;
  let kills = 0;
  for (let call = 1; call <= calls; call++) {
    const moment = call % 2 === 0 ? "after" : "before";
    const rig = await copiesOfHttp(s3, data);
    const { records, copies, images, queue } = rig.ports;
    // With pieces, of which none may be left either.
    await rig.served.follow(rig.image, 0).catch(() => undefined);
    const broken = faulty({ records, copies, images, queue }, { call, moment });
    await rig.attend(broken.ports as Partial<typeof rig.ports>).catch(() => undefined);
    if (broken.calls() < call) calls = broken.calls();
    kills++;
    // What it noted as a failure waits for a minute: the next one is as late.
    const late = { clock: () => new Date(Date.now() + 120_000) };
    let result = await rig.attend(late);
    for (let more = 0; more < 3 && !isDone(result); more++) {
      if (result === "nothing to do") break;
      result = await rig.attend(late);
    }
    const cached = await records.findCached(rig.image.id);
    expect(cached, `killed ${moment} call ${call}`).toMatchObject({ size: data.length });
    const answer = await fetch(await rig.served.urlOf(rig.image));
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), data)).toBe(0);
    expect(rig.bytesRead() - data.length).toBeLessThanOrEqual(2 * PART_BYTES);
    read = Math.max(read, rig.bytesRead() - data.length);

    // What a kill left without a record goes when it is old.
    const Prefix = `cache/${rig.image.id}`;
    const listed = async () => [
      ...((await s3.client.send(new ListObjectsV2Command({ Bucket: "images", Prefix }))).Contents ?? []),
      ...((await s3.client.send(new ListMultipartUploadsCommand({ Bucket: "images", Prefix }))).Uploads ??
        []),
    ];
    const { run } = aRun();
    await cacheCleaner({
      ...rig.ports,
      checkpoints: memoryCheckpoints(),
      copyInventory: s3BlobInventory(s3.client, "images", { folder: Prefix }),
      clock: () => new Date(Date.now() + 3 * DAY_MS),
    }).run(run);
    expect((await listed()).map(({ Key }) => Key)).toEqual([cached?.key]);
    rig.source.stop();
  }
  console.log(`killed at ${kills} places: at most ${read} bytes were read twice, ${PART_BYTES} are a part`);
  expect(kills).toBeGreaterThan(10);
}, 300_000);
