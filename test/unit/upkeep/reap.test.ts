import { expect, it } from "vitest";
import { reap } from "../../../shared/upkeep/operations/reap.ts";
import { memoryService } from "../../fakes/images/service.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";

const data = Buffer.from("0123456789");
const LEASE_SECONDS = 60;

/** An image whose completion nobody goes on with, and no message of it. */
async function leftCompleting() {
  const service = memoryService();
  const { id } = await service.queuedImage();
  const { ref } = await service.uploaded(id, data);
  const { image, transfer } = await service.ports.images.findWithTransfer(id, ref.transferId);
  if (!image || !transfer) throw new Error("no upload");
  const after = { ...transfer, state: "completing" as const, statement: { size: data.length } };
  const change = {
    image: { before: image, after: image },
    writes: [{ kind: "transfer" as const, before: transfer, after }],
  };
  await service.ports.images.commit(change);
  return { service, ref };
}

const reaped = async ({ ports, work }: Awaited<ReturnType<typeof leftCompleting>>["service"]) => {
  await reap(ports)(aRun().run);
  return work.finalizing.splice(0);
};

it("a completion gets another message when its last use is five minutes ago, and none before", async () => {
  const { service, ref } = await leftCompleting();
  service.pass(5 * 60 - 2);
  expect(await reaped(service)).toEqual([]);
  service.pass(3);
  expect(await reaped(service)).toEqual([ref]);
});

it("the lease is no part of these five minutes", async () => {
  const { service } = await leftCompleting();
  service.pass(5 * 60 - LEASE_SECONDS + 1);
  expect(await reaped(service)).toEqual([]);
});

it("a run without time sends nothing", async () => {
  const { service } = await leftCompleting();
  service.pass(3600);
  await reap(service.ports)(aRun({ hasTime: () => false }).run);
  expect(service.work.finalizing).toEqual([]);
});
