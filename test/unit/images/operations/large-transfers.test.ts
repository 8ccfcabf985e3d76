import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RANGE_BYTES } from "../../../../shared/images/operations/transfers/examine-stored.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { hashesOf, memoryService } from "../../../fakes/images/service.ts";

const always = () => true;

describe("a transfer of more than one range", () => {
  it("hashes a large object over several runs and reads each byte once", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const large = Buffer.alloc(2 * RANGE_BYTES + 1, randomBytes(1009));
    const { ref, complete } = await service.uploaded(id, large, { partBytes: large.length });
    await complete();
    let read = 0;
    const { read: readBlob } = service.ports.blobs;
    service.ports.blobs.read = async (key, offset, length) => {
      const bytes = await readBlob(key, offset, length);
      read += bytes.length;
      return bytes;
    };
    let runs = 0;
    for (let result = "continues"; result === "continues"; runs++)
      result = await finalizeImage(service.ports)(ref, () => false);
    expect(runs).toBe(3);
    expect(read).toBe(large.length);
    expect((await service.ports.images.find(id))?.integrity.verified_at).toBeDefined();
  });

  it.each([true, false])(
    "is finalized once by two workers at the same time (hashes stated: %s)",
    async (stated) => {
      const service = memoryService();
      const { id } = await service.queuedImage();
      const large = Buffer.alloc(2 * RANGE_BYTES + 1, randomBytes(1009));
      const { ref, complete } = await service.uploaded(id, large, { partBytes: large.length });
      await complete(stated ? {} : { checksum: undefined, os_hash_value: undefined });
      const results: string[] = [];
      const worker = async () => {
        for (let result = "continues"; result === "continues"; results.push(result)) {
          let ranges = 0;
          result = await finalizeImage(service.ports)(ref, () => ++ranges < 2);
        }
      };
      await Promise.all([worker(), worker()]);
      expect(results.filter((result) => result === (stated ? "verified" : "activated"))).toHaveLength(1);
      const others = results.filter((result) => !["continues", "verified", "activated"].includes(result));
      expect(others).toEqual([expect.stringMatching(/^(nothing to do|left to another run)$/)]);
      const image = await service.ports.images.find(id);
      expect(image).toMatchObject({ status: "active", ...hashesOf(large) });
      expect(image?.integrity.verified_at).toBeDefined();
      expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
      expect(await finalizeImage(service.ports)(ref, always)).toBe("nothing to do");
    },
  );
});
