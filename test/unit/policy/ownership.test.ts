import { beforeEach, expect, it, vi } from "vitest";
import { createImage } from "../../../shared/images/operations/create-image.ts";
import {
  acknowledgeFinding,
  listFindings,
} from "../../../shared/images/operations/integrity/show-findings.ts";
import { recoverImage } from "../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../shared/images/operations/restore-image.ts";
import { abortTransfer } from "../../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../../shared/images/operations/transfers/complete-transfer.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { showTransfer } from "../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../shared/images/operations/transfers/sign-parts.ts";
import { enforce, type MemberRule } from "../../../shared/images/policy/image-policy.ts";
import type { ImageRule } from "../../../shared/policy/defaults.ts";
import * as deployedPolicy from "../../../shared/policy/deployed-policy.ts";
import { admin, alt, demo, memoryService } from "../../fakes/images/service.ts";
import { callerWith, imageWith, statusOf } from "./callers.ts";

/** A policy that opens every rule to everybody: what may then be done is what lies below all rules. */
vi.mock("../../../shared/policy/deployed-policy.ts", { spy: true });
const rules = Object.keys(deployedPolicy.imageRules()) as ImageRule[];
beforeEach(() => {
  const open = Object.fromEntries(rules.map((rule) => [rule, true])) as Record<ImageRule, true>;
  vi.mocked(deployedPolicy.imageRules).mockImplementation(() => open);
});

/** Those that change no image, or a new one; the visibility's are asked along with `modify_image`. */
const harmless: readonly ImageRule[] = [
  "get_image",
  "get_images",
  "download_image",
  "download_from_store",
  "get_image_location",
  "fetch_image_location",
  "add_image",
  "publicize_image",
  "communitize_image",
  // Who may add or copy the data of whose image, these two alone say, in Glance too.
  "add_image_location",
  "copy_image",
  // Members are no part of an image: what an operator opens there is open, in Glance too.
  "add_member",
  "delete_member",
  "get_member",
  "get_members",
  "modify_member",
];

it.each(rules.filter((rule) => !harmless.includes(rule)))("%s stays with the owner and admins", (rule) => {
  const ask = (project: string, role: string, owner: string | null) =>
    statusOf(() =>
      enforce(
        rule as Exclude<ImageRule, MemberRule>,
        callerWith(project, role),
        imageWith({ owner, visibility: "public" }),
      ),
    );
  const refused = rule === "delete_image" ? 404 : 403;
  expect(ask("owners", "anything", "owners")).toBe(200);
  expect(ask("others", "admin", "owners")).toBe(200);
  expect(ask("others", "member", "owners")).toBe(refused);
  expect(ask("others", "member", null)).toBe(refused);
  // A token for no project is nobody's, as an image without owner is.
  expect(ask("", "member", null)).toBe(refused);
  expect(ask("", "member", "")).toBe(refused);
});

it("another project has no part in a transfer, at any of its steps", async () => {
  const { ports } = memoryService();
  for (const stage of [false, true]) {
    const made = await createImage(ports)(admin, {
      visibility: "public",
      owner: demo.projectId,
      disk_format: "raw",
      container_format: "bare",
      properties: {},
    });
    const request = { size: 4, leaseSeconds: 60, stage, multipart: true };
    const refused = { status: 403, message: "You do not own this image" };
    await expect(openTransfer(ports)(alt, made.id, request)).rejects.toMatchObject(refused);
    const { transfer } = await openTransfer(ports)(demo, made.id, request);
    const access = { caller: alt, token: undefined };
    const ref = { imageId: made.id, transferId: transfer.id };
    const steps = [
      () => showTransfer(ports)(access, ref, undefined),
      () => signParts(ports)(access, ref, [{ number: 1, size: 4 }]),
      () => completeTransfer(ports)(access, ref, { size: 4 }),
      () => abortTransfer(ports)(access, ref, { broken: false }),
    ];
    for (const step of steps) await expect(step()).rejects.toMatchObject(refused);
    expect((await ports.images.findWithTransfer(made.id, transfer.id)).transfer?.state).toBe("open");
  }
});

it("what is the admins' alone no rule about images opens", async () => {
  const { ports } = memoryService();
  const steps = [
    () => restoreImage(ports)(alt, "any"),
    () => recoverImage(ports)(alt, "any"),
    () => listFindings(ports)(alt, { limit: 1 } as Parameters<ReturnType<typeof listFindings>>[1]),
    () => acknowledgeFinding(ports)(alt, "any"),
  ];
  for (const step of steps) await expect(step()).rejects.toMatchObject({ status: 403 });
});
