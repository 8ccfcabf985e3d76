import { describe, expect, it } from "vitest";
import { judgeInterval } from "../../../shared/upkeep/operations/audit/deep-pass.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { audited, damages } from "./audited-service.ts";

describe("the brake of the deep auditor", () => {
  it("counts images that a pass takes out of use, not those that were found damaged before", async () => {
    const service = audited({ audit_quarantine_max: 2 });
    const images = [await service.image(), await service.image(), await service.image()];
    damages["object-missing"]?.(service, images[0]?.key ?? "");
    expect(await service.audit({ now: true })).toMatchObject({ acted: 1 });
    damages["object-missing"]?.(service, images[1]?.key ?? "");
    // The first is seen again, the second is taken: one in this pass.
    expect(await service.audit({ now: true })).toMatchObject({ examined: 3, acted: 1 });
    expect((await service.find(images[1]?.id ?? "")).status).toBe("deactivated");
  });
});

describe("the interval is said not to be kept", () => {
  const day = { audit_deep_interval: 86_400, audit_deep_engine: "inline" } as const;
  const rates = { audit_deep_bytes_per_second: 10, audit_deep_objects_per_second: 2 };
  // Three quarters of a day are left for reading: 64,800 s.
  const said = (cursor: { objects: number; bytes: number; overdue?: number }, engine = {}) => {
    const { ports } = audited({ ...day, ...rates, ...engine });
    const { run, lines } = aRun();
    judgeInterval(run, { all: false, quarantined: 0, overdue: 0, ...cursor }, ports);
    return lines.map(({ decision }) => decision);
  };
  const notKept = ["interval not kept"];

  it("when bytes or objects take too long, whichever is more", () => {
    expect(said({ objects: 1, bytes: 648_000 })).toEqual([]);
    expect(said({ objects: 1, bytes: 648_001 })).toEqual(notKept);
    expect(said({ objects: 129_600, bytes: 1 })).toEqual([]);
    expect(said({ objects: 129_602, bytes: 1 })).toEqual(notKept);
  });

  it("when images were late, and not for rates at which nothing is read here", () => {
    expect(said({ objects: 1, bytes: 1, overdue: 1 })).toEqual(notKept);
    expect(said({ objects: 1, bytes: 648_001 }, { audit_deep_engine: "s3-batch" })).toEqual([]);
    expect(said({ objects: 1, bytes: 1, overdue: 1 }, { audit_deep_engine: "s3-batch" })).toEqual(notKept);
  });
});
