import { describe, expect, it } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { judgeCopy, judgeStaged } from "../../../../shared/upkeep/operations/audit/light/judge-bytes.ts";
import { demo } from "../../../fakes/images/service.ts";
import { HOUR } from "../../../fakes/upkeep/reaper.ts";
import { data, done, lightAudit } from "./light-audit.ts";

type Light = ReturnType<typeof lightAudit>;
/** The check of an image's only copy. */
const judgeBytes = (audit: Light["audit"], image: Image) => {
  const [location] = image.locations;
  if (!location) throw new Error("no data");
  return judgeCopy(audit, image, location);
};
const lose = ({ bytes }: Light, key: string) => bytes.objects.delete(key);

describe("bytes of an image in use", () => {
  it("that are missing take it out of use: a finding for a person, and the image keeps where they were", async () => {
    const light = lightAudit();
    const { image, key } = await light.active();
    lose(light, key);
    expect(await done(judgeBytes(light.audit, image))).toBe(true);
    expect(await light.current(image.id)).toMatchObject({
      status: "deactivated",
      locations: [{ key }],
      integrity: { quarantined: { reason: "object-missing", evidence: { key, recorded_size: 10 } } },
    });
    expect(await light.findings()).toMatchObject([{ kind: "object-missing", state: "quarantined" }]);
    expect([light.waiting(), light.audit.brake.taken]).toEqual([1, 1]);
    // Seen again it waits still, and counts for no second image.
    light.pass(3 * HOUR);
    expect(await done(judgeBytes(light.audit, await light.current(image.id)))).toBe(false);
    expect(light.audit.brake.taken).toBe(1);
  });

  it("of another size too", async () => {
    const light = lightAudit();
    const { image, key } = await light.active();
    light.bytes.objects.set(key, data.subarray(1));
    await done(judgeBytes(light.audit, image));
    expect((await light.current(image.id)).integrity.quarantined).toMatchObject({
      reason: "size-mismatch",
      evidence: { key, recorded_size: 10, stored_size: 9 },
    });
  });

  it("that are as recorded, or were never marked, are in order", async () => {
    const light = lightAudit();
    const { image } = await light.active();
    expect(await judgeBytes(light.audit, image)).toBeUndefined();
    const locations = image.locations.map(({ etag: _, ...location }) => location);
    expect(await judgeBytes(light.audit, { ...image, locations })).toBeUndefined();
  });

  it("are not judged while they may be changing, nor once the image is deleted or has others", async () => {
    const light = lightAudit();
    const { image, key } = await light.active();
    lose(light, key);
    const young = { ...image, updated_at: light.ago(2 * HOUR) };
    expect(await judgeBytes(light.audit, young)).toBeUndefined();
    const { locations } = image;
    await light.change(image.id, { locations: [{ store: "s3", key: "another", size: 10 }] });
    expect(await judgeBytes(light.audit, image)).toBeUndefined();
    await light.change(image.id, { locations });
    await deleteImage(light.ports)(demo, image.id);
    expect(await judgeBytes(light.audit, image)).toBeUndefined();
    expect(await light.findings()).toEqual([]);
  });

  it("take no more images out of use than the brake lets", async () => {
    const light = lightAudit({ most: 1 });
    const images = [await light.active(), await light.active()];
    for (const { key } of images) lose(light, key);
    const outcomes = [];
    for (const { image } of images) outcomes.push(await done(judgeBytes(light.audit, image)));
    expect(outcomes).toEqual([true, false]);
    expect(light.audit.brake.isOn).toBe(true);
    expect((await light.current(images[1]?.image.id ?? "")).status).toBe("active");
  });
});

describe("bytes that were written anew since they arrived", () => {
  /** The store has them since `modified`, the last look at them was at `looked`. */
  async function rewritten(modified: string, looked: string, quarantined = false) {
    const light = lightAudit();
    const { image: stored, key } = await light.active();
    const at = looked;
    const image = await light.change(stored.id, {
      integrity: {
        audited_at: looked,
        ...(quarantined && { quarantined: { at, reason: "hash-mismatch", evidence: {} } as const }),
      },
    });
    const head = async () => ({ size: data.length, etag: "new", modifiedAt: modified });
    const audit = {
      ...light.audit,
      ports: { ...light.audit.ports, stores: { of: () => ({ head }) } },
    } as unknown as typeof light.audit;
    const acted = await done(judgeBytes(audit, image));
    const { locations, status } = await light.current(image.id);
    return { acted, etag: locations[0]?.etag, status, findings: await light.findings(), light, key };
  }

  it("are reported, and taken for good by nobody, until an audit has read them", async () => {
    for (const looked of ["2026-01-01T00:00:00.000Z", "2026-01-01T03:00:00.000Z"]) {
      const { acted, etag, status, findings, light } = await rewritten("2026-01-01T01:00:00.000Z", looked);
      expect([acted, status]).toEqual([false, "active"]);
      expect(etag).not.toBe("new");
      expect(findings).toMatchObject([{ kind: "etag-mismatch", state: "open" }]);
      expect(findings[0]?.evidence).toMatchObject({ recorded_etag: etag, stored_etag: "new" });
      expect(light.waiting()).toBe(1);
    }
  });

  it("are taken for good when one has, by more than clocks may be wrong", async () => {
    const { acted, etag, findings, light } = await rewritten(
      "2026-01-01T01:00:00.000Z",
      "2026-01-01T03:00:00.001Z",
    );
    expect(acted).not.toBe(false);
    expect(etag).toBe("new");
    expect(findings).toMatchObject([{ kind: "etag-mismatch", state: "mended" }]);
    expect(light.waiting()).toBe(0);
  });

  it("are not taken for good while the image is in quarantine", async () => {
    const { etag, findings } = await rewritten("2026-01-01T01:00:00.000Z", "2026-01-02T00:00:00.000Z", true);
    expect(etag).not.toBe("new");
    expect(findings).toMatchObject([{ state: "open" }]);
  });
});

describe("staged bytes", () => {
  async function staged() {
    const light = lightAudit();
    const { image, key } = await light.active();
    const [location] = image.locations;
    const waiting = await light.change(image.id, {
      status: "uploading",
      locations: [],
      staged: location ?? null,
    });
    return { light, image: waiting, key };
  }

  it("that are damaged are reported; the image stays as it is", async () => {
    const { light, image, key } = await staged();
    lose(light, key);
    expect(await done(judgeStaged(light.audit, image))).toBe(false);
    expect(await light.findings()).toMatchObject([
      { kind: "staged-object-missing", subject: image.id, object_key: key, state: "open" },
    ]);
    expect(await light.current(image.id)).toEqual(image);
  });

  it("are in order as recorded, and not judged when they are young or were imported since", async () => {
    const { light, image, key } = await staged();
    expect(await judgeStaged(light.audit, image)).toBeUndefined();
    lose(light, key);
    expect(await judgeStaged(light.audit, { ...image, updated_at: light.ago(HOUR) })).toBeUndefined();
    await light.change(image.id, { status: "importing" });
    expect(await judgeStaged(light.audit, image)).toBeUndefined();
    await light.change(image.id, { status: "uploading", staged: null });
    expect(await judgeStaged(light.audit, image)).toBeUndefined();
  });
});
