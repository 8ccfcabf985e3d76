import { describe, expect, it } from "vitest";
import { CHECKSUM_JOBS } from "../../../infra/constructs/access-policy.ts";
import { keyOwnerOf } from "../../../shared/images/domain/object-key.ts";
import { s3ChecksumJobs } from "../../../shared/upkeep/adapters/s3-control/checksum-jobs.ts";
import { JOBS_PREFIX, listKey } from "../../../shared/upkeep/adapters/s3-control/job-request.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { memoryChecksumJobs } from "../../fakes/upkeep/memory-checksum-jobs.ts";
import { anObjectKey, checksumJobsContract } from "./checksum-jobs.ts";
import { roleArn, startS3Control } from "./s3-control.ts";

async function onS3Control(change: Readonly<Record<string, string>> = {}) {
  const { store: blobs } = memoryBlobStore();
  const { environment, end, stop } = await startS3Control("images", blobs);
  const checksums = s3ChecksumJobs({
    environment: { ...environment, ...change },
    bucket: "images",
    roleArn,
    blobs,
  });
  return { checksums, blobs, end, stop };
}

checksumJobsContract("memory", async () => {
  const { store, objects } = memoryBlobStore();
  const { checksums, end } = memoryChecksumJobs(objects);
  return {
    checksums,
    blobs: store,
    end: (reason) => end(reason === undefined ? { state: "done" } : { state: "failed", reason }),
  };
});
checksumJobsContract("S3 Control, as it is documented", () => onS3Control());

describe("S3 Control's checksum jobs", () => {
  it("are not done before their report is there", async () => {
    const { checksums, end, stop } = await onS3Control();
    const list = await checksums.prepare([anObjectKey()]);
    const job = { token: list.token, id: await checksums.begin(list, "md5") };
    await end(undefined, { withReport: false });
    expect(await checksums.find(job)).toEqual({ state: "running" });
    await stop();
  });

  it("are refused with S3's own words, without the key that signed", async () => {
    const { checksums, stop } = await onS3Control({ AWS_SECRET_ACCESS_KEY: "wrong-secret" });
    const refused = checksums.begin(await checksums.prepare([anObjectKey()]), "md5");
    await expect(refused).rejects.toThrow(/^S3 Control answered 400 InvalidRequest /);
    await expect(refused).rejects.not.toThrow("wrong-secret");
    await stop();
  });

  it("keep what is theirs where no image's bytes can be, and where the policy says", () => {
    expect(JOBS_PREFIX).toBe(CHECKSUM_JOBS);
    expect(keyOwnerOf(listKey(crypto.randomUUID()))).toBeUndefined();
  });
});
