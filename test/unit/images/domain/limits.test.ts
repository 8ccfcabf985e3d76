import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type KeptLimits,
  overLimit,
  type ProjectLimits,
  withLimits,
} from "../../../../shared/images/domain/limits.ts";
import { noUsage, type Usage } from "../../../../shared/images/domain/usage.ts";

const MIB = 1024 ** 2;
const kept = (limits: ProjectLimits, asked: Parameters<typeof withLimits>[2]): KeptLimits => {
  const { limits: found } = withLimits("p", limits, asked);
  if (!found) throw new Error("no limits");
  return found;
};
const used = (usage: Partial<Usage>): Usage => ({ ...noUsage, ...usage });
const text = (limits: KeptLimits, usage: Partial<Usage>, change: Partial<Usage> = {}) =>
  overLimit(limits, used(usage), used(change))?.message;

describe("limits of a project", () => {
  it("that are negative or not set are none, and nobody's images have none", () => {
    expect(withLimits("p", { image_count_total: -1 }, { image_count_total: 0, image_size_total: 5 })).toEqual(
      {},
    );
    expect(withLimits(null, { image_count_total: 0 }, { image_count_total: 0 })).toEqual({});
  });

  it("of counts are reached and not passed", () => {
    const limits = kept({ image_count_total: 2 }, { image_count_total: 0 });
    expect(text(limits, { image_count_total: 1 }, { image_count_total: 1 })).toBeUndefined();
    expect(text(limits, { image_count_total: 2 }, { image_count_total: 1 })).toContain(
      "Project p is over a limit for [Resource image_count_total is over limit of 2 due to current usage 2 and delta 1]",
    );
  });

  it("of sizes count whole MiB, as Glance does", () => {
    const limits = kept({ image_size_total: 1 }, { image_size_total: 0 });
    expect(text(limits, {}, { image_size_total: 2 * MIB - 1 })).toBeUndefined();
    expect(text(limits, { image_size_total: 0.5 * MIB }, { image_size_total: 1.5 * MIB })).toContain(
      "image_size_total is over limit of 1 due to current usage 0 and delta 2",
    );
  });

  it("of a type that nobody registered let nothing through", () => {
    const limits = kept({ image_stage_total: 0 }, { image_stage_total: MIB });
    expect(text(limits, {})).toContain(
      "image_stage_total is over limit of 0 due to current usage 0 and delta 1",
    );
  });

  it("are all named when several are passed, in oslo.limit's order", () => {
    const limits = kept(
      { image_size_total: 0, image_count_uploading: 0 },
      { image_size_total: 3 * MIB, image_count_uploading: 0 },
    );
    expect(text(limits, {}, { image_count_uploading: 1 })).toContain(
      "[Resource image_count_uploading is over limit of 0 due to current usage 0 and delta 1, " +
        "Resource image_size_total is over limit of 0 due to current usage 0 and delta 3]",
    );
  });

  it("the storage quota counts bytes, and lets data of unknown size begin while a byte is free", () => {
    const limits = (asked: number | null) => kept({ user_storage_quota: 10 }, { user_storage_quota: asked });
    expect(text(limits(10), {})).toBeUndefined();
    expect(text(limits(5), { image_size_total: 6 })).toContain(
      "The size of the data 5 will exceed the limit. 4 bytes remaining.",
    );
    expect(text(limits(null), { image_size_total: 9 })).toBeUndefined();
    expect(text(limits(null), { image_size_total: 10 })).toContain("The size of the data None will exceed");
    expect(text(limits(0), { image_size_total: 10 })).toBeUndefined();
  });

  it("are kept exactly: what they let through is within them, what they refuse would not be", () => {
    const amount = fc.integer({ min: 0, max: 4 * MIB });
    fc.assert(
      fc.property(fc.nat(6), amount, amount, amount, (maximum, before, asked, change) => {
        const limits = kept({ image_size_total: maximum }, { image_size_total: asked });
        const isWithin = Math.floor((before + asked + change) / MIB) <= maximum;
        const refused = overLimit(
          limits,
          used({ image_size_total: before }),
          used({ image_size_total: change }),
        );
        expect(refused === undefined).toBe(isWithin);
      }),
    );
  });
});
