import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { reap } from "../../../../shared/upkeep/operations/reap.ts";
import { faulty } from "../../../fakes/faulty.ts";
import { demo, hashesOf, memoryService } from "../../../fakes/images/service.ts";
import { signedProperties } from "../../../fakes/images/signed-image.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { withHints } from "../../../fakes/with-hints.ts";

const data = Buffer.from("0123456789");
const other = Buffer.from("0123456780");
const always = () => true;
type Service = ReturnType<typeof memoryService>;
type Ports = Service["ports"];

/** What comes by itself after a crash: messages, then the reaper, then what the reaper woke. */
async function recover(service: Service) {
  service.pass(601);
  for (let round = 0; round < 3; round++) {
    for (const ref of service.work.finalizing.splice(0)) await finalizeImage(service.ports)(ref, always);
    for (const { deletionId } of service.work.deleting.splice(0))
      await deleteBytes(service.ports)(deletionId);
    await reap(service.ports)(aRun().run);
  }
}

async function prepared(way: "transfer" | "PUT", bytes: Buffer) {
  const service = memoryService();
  const { id } = await service.queuedImage({
    properties: signedProperties(service, data, { keyType: "RSA-PSS" }),
  });
  if (way === "PUT") return { service, id, work: (ports: Ports) => uploadImage(ports)(demo, id, bytes) };
  const { access, ref } = await service.uploaded(id, bytes);
  const work = async (ports: Ports) => {
    await completeTransfer(ports)(access, ref, { size: bytes.length, ...hashesOf(bytes) });
    await finalizeImage(ports)(ref, always);
  };
  return { service, id, work };
}

describe.each(["transfer", "PUT"] as const)("a signed image by %s, killed between any two steps,", (way) => {
  it.each([
    ["right", data],
    ["wrong", other],
  ])("never has bytes that were not verified: the signature is %s", async (_, bytes) => {
    const whole = await prepared(way, bytes);
    const counting = faulty(whole.service.unhinted, undefined);
    await whole.work(withHints(counting.ports)).catch(() => undefined);
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const where = `${moment} call ${call}`;
        const { service, id, work } = await prepared(way, bytes);
        await work(withHints(faulty(service.unhinted, { call, moment }).ports)).catch(() => undefined);
        await recover(service);
        const image = await service.ports.images.find(id);
        if (image?.status === "active") {
          expect(bytes, where).toBe(data);
          expect(image.integrity.signature, where).toBeDefined();
        } else {
          expect(image, where).toMatchObject({ status: "queued", locations: [] });
          expect(service.bytes.objects.size, where).toBe(0);
        }
        if (image?.status !== "active") await uploadImage(service.ports)(demo, id, data);
        expect(await service.ports.images.find(id), where).toMatchObject({ status: "active" });
      }
    }
    if (way === "transfer") expect(counting.calls()).toBeGreaterThan(8);
  });
});
