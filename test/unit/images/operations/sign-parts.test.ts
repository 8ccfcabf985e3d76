import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { signParts } from "../../../../shared/images/operations/transfers/sign-parts.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import type { Settings } from "../../../../shared/settings.ts";
import { reap } from "../../../../shared/upkeep/operations/reap.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const HOUR = 3600;

/** An open transfer, and all URLs that were signed for it by part number and length. */
async function opened(size: number | null, overrides: Partial<Settings> = {}, stage = false) {
  const service = memoryService(overrides);
  const { id } = await service.queuedImage();
  const { transfer, token } = await openTransfer(service.ports)(demo, id, {
    size,
    leaseSeconds: 7200,
    stage,
    multipart: true,
  });
  const ref = { imageId: id, transferId: transfer.id };
  const sign = (...parts: (readonly [number: number, size: number])[]) =>
    signParts(service.ports)(
      { caller: undefined, token },
      ref,
      parts.map(([number, bytes]) => ({ number, size: bytes })),
    );
  const put = async (number: number, bytes: number) => {
    const { parts } = await sign([number, bytes]);
    service.bytes.putPart(parts[0]?.url ?? "", Buffer.alloc(bytes));
  };
  return { service, sign, put };
}

describe("with an announced size", () => {
  it("nothing beyond it is signed, in one part or in many", async () => {
    const { sign } = await opened(100);
    const many = Array.from({ length: 1000 }, (_, at) => [at + 1, 5 * GIB] as const);
    await expect(sign(...many)).rejects.toMatchObject({ status: 400 });
    await expect(sign([1, 20 * MIB])).rejects.toThrow("opened for 100 bytes");
    await expect(sign([1, 60], [2, 41])).rejects.toMatchObject({ status: 400 });
    await sign([1, 60]);
    await expect(sign([7, 41])).rejects.toMatchObject({ status: 400 });
    await sign([2, 40]);
  });

  it("what the refusal says to do works, and nothing of the refused call was counted", async () => {
    const { sign } = await opened(30 * MIB);
    await expect(sign([1, 16 * MIB], [2, 16 * MIB])).rejects.toThrow(
      `ask for parts that make ${30 * MIB} in all (${16 * MIB} each, the last one with the rest)`,
    );
    await sign([1, 16 * MIB], [2, 14 * MIB]);
  });

  it("the same part is signed again at any time, with another length the longer one counts", async () => {
    const { service, sign } = await opened(100);
    await sign([1, 60]);
    await sign([1, 60], [1, 60]);
    await sign([1, 10], [2, 40]);
    await sign([1, 60], [2, 40]);
    await expect(sign([1, 61])).rejects.toMatchObject({ status: 400 });
    await expect(sign([3, 1])).rejects.toMatchObject({ status: 400 });
    service.pass(HOUR);
    await sign([1, 60], [2, 40]);
  });

  it("when all URLs are over, what is stored counts and what was never sent does not", async () => {
    const { service, sign, put } = await opened(100);
    await put(1, 30);
    await sign([2, 70]);
    await expect(sign([3, 20])).rejects.toThrow("until 2026-01-01T01:01");
    service.pass(HOUR + 61);
    await expect(sign([3, 71])).rejects.toMatchObject({ status: 400 });
    await sign([3, 20]);
    await sign([2, 50]);
    await expect(sign([2, 51])).rejects.toMatchObject({ status: 400 });
  });

  it("a transfer that has ended keeps no record of what it signed", async () => {
    const { service, put } = await opened(10);
    await put(1, 10);
    const recorded = () => [...service.metadata.transfers.values()].map(({ signed }) => signed !== undefined);
    expect(recorded()).toEqual([true]);
    service.pass(7201);
    await reap(service.ports)(aRun().run);
    expect(recorded()).toEqual([false]);
  });

  it("uploaders at the same time get no more than there is, and each its parts", async () => {
    const { sign } = await opened(40);
    const asked = Array.from({ length: 60 }, (_, at) => sign([at + 1, 1]));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(20);
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { status: 400 } });
  });

  it("whatever is asked, good URLs and stored parts never come to more", async () => {
    const SIZE = 50;
    const call = fc.record({
      parts: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })), {
        minLength: 1,
        maxLength: 3,
      }),
      pass: fc.constantFrom(0, 0, 1000, HOUR + 61),
      store: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
        const { service, sign } = await opened(SIZE, { transfer_lifetime_max: 10 * 86_400 });
        const good: { number: number; size: number; until: number }[] = [];
        const stored = new Map<number, number>();
        for (const { parts, pass, store } of calls) {
          service.pass(pass);
          const answer = await sign(...parts).catch(() => undefined);
          const now = service.ports.clock().getTime();
          for (const { number, size, url } of answer?.parts ?? []) {
            good.push({ number, size, until: now + HOUR * 1000 });
            if (!store) continue;
            service.bytes.putPart(url, Buffer.alloc(size));
            stored.set(number, size);
          }
          const most = new Map(stored);
          for (const { number, size, until } of good)
            if (until > now) most.set(number, Math.max(size, most.get(number) ?? 0));
          expect([...most.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(SIZE);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("without an announced size", () => {
  it("nothing beyond image_size_cap is signed", async () => {
    const { sign } = await opened(null, { image_size_cap: 20 * MIB });
    await sign([1, 8 * MIB], [2, 8 * MIB]);
    await expect(sign([3, 8 * MIB])).rejects.toMatchObject({
      status: 413,
      message: expect.stringContaining(`at most ${20 * MIB}`),
    });
    await sign([3, 4 * MIB]);
  });

  it.each(["user_storage_quota", "image_size_total"] as const)("nor beyond the room of %s", async (limit) => {
    const { service, sign } = await opened(null, {
      user_storage_quota: 20 * MIB,
      use_keystone_limits: limit === "image_size_total",
      image_size_total: 20,
    });
    await sign([1, 8 * MIB]);
    const other = await service.queuedImage();
    await uploadImage(service.ports)(demo, other.id, Buffer.alloc(4 * MIB));
    await expect(sign([2, 10 * MIB])).rejects.toMatchObject({
      status: 413,
      message: expect.stringContaining(limit),
    });
    await sign([2, 8 * MIB]);
    // Room that others have taken since does not keep a part from being sent again.
    await uploadImage(service.ports)(demo, (await service.queuedImage()).id, Buffer.alloc(1));
    await sign([1, 8 * MIB], [2, 8 * MIB]);
  });

  it("staged bytes are judged by image_stage_total", async () => {
    const limits = { use_keystone_limits: true, image_stage_total: 10, image_size_total: 0 };
    const { sign } = await opened(null, limits, true);
    await sign([1, 8 * MIB]);
    await expect(sign([2, 8 * MIB])).rejects.toThrow("image_stage_total");
  });
});
