import { describe, expect, it } from "vitest";
import { addMember } from "../../../../shared/images/operations/members/add-member.ts";
import { judgeMembers } from "../../../../shared/upkeep/operations/audit/light/judge-members.ts";
import { QuarantineBrake } from "../../../../shared/upkeep/operations/audit/light/light-ports.ts";
import { demo } from "../../../fakes/images/service.ts";
import { done, lightAudit } from "./light-audit.ts";

/** An image with one member, whose record says another number. */
async function miscounted(member_count: number) {
  const light = lightAudit();
  const { id } = await light.queuedImage();
  await addMember(light.ports)(demo, id, "alt-project");
  await light.change(id, { member_count });
  return { light, id };
}

describe("an image's count of its members", () => {
  it.each([0, 2])("is corrected when it is %i of one", async (wrong) => {
    const { light, id } = await miscounted(wrong);
    expect(await done(judgeMembers(light.audit, id))).toBe(true);
    expect((await light.current(id)).member_count).toBe(1);
    expect(await light.findings()).toMatchObject([
      {
        kind: "member-count-wrong",
        image_id: id,
        evidence: { recorded: wrong, counted: 1 },
        state: "mended",
      },
    ]);
  });

  it("that is right is left, as is an image that is gone", async () => {
    const { light, id } = await miscounted(1);
    expect(await judgeMembers(light.audit, id)).toBeUndefined();
    expect(await judgeMembers(light.audit, "another")).toBeUndefined();
  });

  it("is left when somebody writes while it is counted, or before it is written", async () => {
    const { light, id } = await miscounted(5);
    const { images } = light.audit.ports;
    const { members } = images;
    let isFirst = true;
    images.members = async (wanted) => {
      const found = await members(wanted);
      if (isFirst) await light.change(id, { name: "other" });
      isFirst = false;
      return found;
    };
    expect(await judgeMembers(light.audit, id)).toBeUndefined();
    const decision = judgeMembers(light.audit, id);
    await decision;
    await light.change(id, { member_count: 1 });
    expect(await done(decision)).toBe(false);
    expect((await light.current(id)).member_count).toBe(1);
    expect(await light.findings()).toEqual([]);
  });

  it("is not called right when the table fails", async () => {
    const { light, id } = await miscounted(0);
    const failing = {
      ...light.audit.ports.images,
      commit: async () => {
        throw new Error("throttled");
      },
    };
    const audit = { ...light.audit, ports: { ...light.audit.ports, images: failing } };
    await expect(done(judgeMembers(audit, id))).rejects.toThrow("throttled");
  });
});

describe("the brake of the light audit", () => {
  it("counts what was taken out of use alone: what was not, or failed, leaves room", async () => {
    const brake = new QuarantineBrake(0, 1);
    expect(await brake.pass(async () => false)).toBe(false);
    const failing = async () => {
      throw new Error("throttled");
    };
    await expect(brake.pass(failing)).rejects.toThrow("throttled");
    expect([brake.taken, brake.isOn]).toEqual([0, false]);
    expect(await brake.pass(async () => true)).toBe(true);
    expect([brake.taken, brake.isOn]).toEqual([1, true]);
  });

  it("holds those back that come while others are at it", async () => {
    const brake = new QuarantineBrake(3, 4);
    const work = () => Promise.resolve(true);
    expect(await Promise.all([brake.pass(work), brake.pass(work)])).toEqual([true, false]);
  });
});
