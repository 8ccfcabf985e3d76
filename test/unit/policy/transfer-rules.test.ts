import { expect, it, vi } from "vitest";
import { abortTransfer } from "../../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../../shared/images/operations/transfers/complete-transfer.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { showTransfer } from "../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../shared/images/operations/transfers/sign-parts.ts";
import type { ImageRule } from "../../../shared/policy/defaults.ts";
import * as deployedPolicy from "../../../shared/policy/deployed-policy.ts";
import { demo, memoryService } from "../../fakes/images/service.ts";

vi.mock("../../../shared/policy/deployed-policy.ts", { spy: true });
const rules = Object.keys(deployedPolicy.imageRules()) as ImageRule[];

/** All rules are open but this one. */
function deny(denied: ImageRule): void {
  const table = Object.fromEntries(rules.map((rule) => [rule, rule !== denied]));
  vi.mocked(deployedPolicy.imageRules).mockImplementation(() => table as Record<ImageRule, boolean>);
}

it.each([
  { stage: false, rule: "upload_image", other: "modify_image" },
  { stage: true, rule: "modify_image", other: "upload_image" },
] as const)("every step of a transfer asks $rule where stage is $stage, and not $other", async (row) => {
  const { ports, queuedImage } = memoryService();
  const { id } = await queuedImage();
  deny(row.other);
  const request = { size: 4, leaseSeconds: 60, stage: row.stage, multipart: true };
  const { transfer } = await openTransfer(ports)(demo, id, request);
  const access = { caller: demo, token: undefined };
  const ref = { imageId: id, transferId: transfer.id };
  const sign = () => signParts(ports)(access, ref, [{ number: 1, size: 4 }]);
  expect(await showTransfer(ports)(access, ref, undefined)).toMatchObject({ parts: [] });
  await sign();

  deny(row.rule);
  const steps = [
    () => showTransfer(ports)(access, ref, undefined),
    sign,
    () => completeTransfer(ports)(access, ref, { size: 4 }),
    () => abortTransfer(ports)(access, ref, { broken: false }),
  ];
  for (const step of steps) await expect(step()).rejects.toMatchObject({ status: 403 });

  deny(row.other);
  await abortTransfer(ports)(access, ref, { broken: false });
});
