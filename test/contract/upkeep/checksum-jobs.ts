import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";
import type { ChecksumJobs, ObjectChecksum } from "../../../shared/upkeep/ports/checksum-jobs.ts";

export interface ChecksumJobsUnderTest {
  readonly checksums: ChecksumJobs;
  readonly blobs: Pick<BlobStore, "put">;
  /** Ends all jobs: with reports, or with this failure. */
  end(failure?: string): Promise<void> | void;
  stop?(): Promise<void>;
}

export const anObjectKey = () => objectKey({ imageId: crypto.randomUUID(), transferId: crypto.randomUUID() });

/** What a store that computes checksums must do. */
export function checksumJobsContract(name: string, make: () => Promise<ChecksumJobsUnderTest>) {
  const using = async (work: (under: ChecksumJobsUnderTest) => Promise<void>) => {
    const under = await make();
    try {
      await work(under);
    } finally {
      await under.stop?.();
    }
  };

  describe(`checksum jobs: ${name}`, () => {
    it.each(["md5", "sha512"] as const)("tell the %s of each object, and which there are not", (algorithm) =>
      using(async ({ checksums, blobs, end }) => {
        const [first, missing, second] = [anObjectKey(), anObjectKey(), anObjectKey()];
        const data = { [first]: randomBytes(1000), [second]: randomBytes(1) };
        for (const [key, bytes] of Object.entries(data)) await blobs.put(key, bytes);
        const list = await checksums.prepare([first, missing, second]);
        const job = { token: list.token, id: await checksums.begin(list, algorithm) };
        expect(await checksums.find(job)).toEqual({ state: "running" });
        await end();
        expect(await checksums.find(job)).toEqual({ state: "done" });
        const report: ObjectChecksum[] = [];
        for await (const object of checksums.report(job, algorithm)) report.push(object);
        const again: ObjectChecksum[] = [];
        for await (const object of checksums.report(job, algorithm)) again.push(object);
        expect(again).toEqual(report);
        expect(new Map(report.map(({ key, checksum }) => [key, checksum]))).toEqual(
          new Map([
            ...Object.entries(data).map(
              ([key, bytes]) => [key, createHash(algorithm).update(bytes).digest("hex")] as const,
            ),
            [missing, undefined],
          ]),
        );
        expect(report.find(({ key }) => key === missing)?.failure).toContain("404");
      }),
    );

    it("are begun once a list, however often it is asked for", () =>
      using(async ({ checksums }) => {
        const [one, other] = [
          await checksums.prepare([anObjectKey()]),
          await checksums.prepare([anObjectKey()]),
        ];
        const id = await checksums.begin(one, "sha512");
        expect(await checksums.begin(one, "sha512")).toBe(id);
        expect(await checksums.begin(other, "sha512")).not.toBe(id);
      }));

    it("are refused when the list is another one", () =>
      using(async ({ checksums }) => {
        const list = await checksums.prepare([anObjectKey()]);
        await expect(checksums.begin({ ...list, etag: "0".repeat(32) }, "md5")).rejects.toThrow();
      }));

    it("say why they failed", () =>
      using(async ({ checksums, end }) => {
        const list = await checksums.prepare([anObjectKey()]);
        const job = { token: list.token, id: await checksums.begin(list, "md5") };
        await end("no right to read");
        expect(await checksums.find(job)).toMatchObject({
          state: "failed",
          reason: expect.stringContaining("no right to read"),
        });
      }));
  });
}
