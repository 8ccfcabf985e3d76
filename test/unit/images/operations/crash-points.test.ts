import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../../shared/images/operations/restore-image.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { purge } from "../../../../shared/upkeep/operations/purge.ts";
import { reap } from "../../../../shared/upkeep/operations/reap.ts";
import { scrubber } from "../../../../shared/upkeep/operations/scrubber.ts";
import { type FaultPoint, faulty } from "../../../fakes/faulty.ts";
import { admin, demo, hashesOf, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { withHints } from "../../../fakes/with-hints.ts";

const data = Buffer.from("0123456789");
const always = () => true;
type Service = ReturnType<typeof memoryService>;

/** Runs `work` once whole to count its port calls, then once for each point at which it may be killed. */
async function atEveryPoint(
  prepare: () => Promise<{
    service: Service;
    work: (ports: Service["ports"]) => Promise<unknown>;
    id: string;
  }>,
  judge: (service: Service, id: string, point: FaultPoint) => Promise<void>,
) {
  const whole = await prepare();
  const counting = faulty(whole.service.unhinted, undefined);
  await whole.work(withHints(counting.ports));
  for (let call = 1; call <= counting.calls(); call++) {
    for (const moment of ["before", "after"] as const) {
      const { service, work, id } = await prepare();
      await work(withHints(faulty(service.unhinted, { call, moment }).ports)).catch(() => undefined);
      await judge(service, id, { call, moment });
    }
  }
  return counting.calls();
}

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

async function expectConsistent({ ports, bytes }: Service, id: string, point: FaultPoint) {
  const where = `${point.moment} call ${point.call}`;
  const image = await ports.images.find(id);
  if (image?.status === "active") {
    expect(bytes.objects.get(image.locations[0]?.key ?? ""), where).toEqual(data);
    expect(image, where).toMatchObject(hashesOf(data));
    expect(bytes.objects.size, where).toBe(1);
  } else {
    expect(image?.status, where).toMatch(/queued|deleted/);
    expect(bytes.objects.size, where).toBe(0);
  }
  expect(bytes.uploads.size, where).toBe(0);
}

describe("killed between any two steps", () => {
  it("a completion ends active with all bytes or queued, and the next upload works", async () => {
    const calls = await atEveryPoint(
      async () => {
        const service = memoryService();
        const { id } = await service.queuedImage();
        const { access, ref } = await service.uploaded(id, data);
        const completion = { size: data.length, ...hashesOf(data) };
        return { service, id, work: (ports) => completeTransfer(ports)(access, ref, completion) };
      },
      async (service, id, point) => {
        await recover(service);
        await expectConsistent(service, id, point);
        const image = await service.ports.images.find(id);
        if (image?.status === "queued") await uploadImage(service.ports)(demo, id, data);
        expect((await service.ports.images.find(id))?.status).toBe("active");
      },
    );
    expect(calls).toBeGreaterThanOrEqual(8);
  });

  it("a small upload ends active or queued", async () => {
    await atEveryPoint(
      async () => {
        const service = memoryService();
        const { id } = await service.queuedImage();
        return { service, id, work: (ports) => uploadImage(ports)(demo, id, data) };
      },
      async (service, id, point) => {
        await recover(service);
        await expectConsistent(service, id, point);
      },
    );
  });

  it("a deletion deletes the image with its bytes or leaves both", async () => {
    await atEveryPoint(
      async () => {
        const service = memoryService();
        const { id } = await service.queuedImage();
        await uploadImage(service.ports)(demo, id, data);
        const work = async (ports: Service["ports"]) => {
          await deleteImage(ports)(demo, id);
          for (const { deletionId } of service.work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
        };
        return { service, id, work };
      },
      async (service, id, point) => {
        await recover(service);
        await expectConsistent(service, id, point);
      },
    );
  });

  it("a scrub, a restoration and a recovery leave an image that is whole or gone, and can be repeated", async () => {
    const steps = ["scrub", "restore", "recover"] as const;
    for (const step of steps) {
      const calls = await atEveryPoint(
        async () => {
          const service = memoryService({ delayed_delete: step !== "recover" });
          const { id } = await service.queuedImage();
          await uploadImage(service.ports)(demo, id, data);
          await deleteImage(service.ports)(demo, id);
          for (const { deletionId } of service.work.deleting.splice(0))
            await deleteBytes(service.ports)(deletionId);
          service.pass(1);
          const work = async (ports: Service["ports"]) => {
            if (step === "restore") return restoreImage(ports)(admin, id);
            if (step === "recover") return recoverImage(ports)(admin, id);
            await scrubber(ports).run(aRun().run);
            for (const { deletionId } of service.work.deleting.splice(0))
              await deleteBytes(ports)(deletionId);
          };
          return { service, id, work };
        },
        async (service, id, point) => {
          const where = `${step} ${point.moment} call ${point.call}`;
          const keyOf = async () => (await service.ports.images.find(id))?.locations[0]?.key ?? "";
          const isThere = async () => service.bytes.objects.has(await keyOf());
          // What readers may see at once, before anything is mended.
          const image = await service.ports.images.find(id);
          if (image?.status === "active") expect(await isThere(), where).toBe(true);
          if (step === "recover" && image?.status === "pending_delete")
            await restoreImage(service.ports)(admin, id);
          await scrubber(service.ports).run(aRun().run);
          await recover(service);
          const after = await service.ports.images.find(id);
          expect(after?.status, where).toMatch(/^(active|deleted)$/);
          expect(await isThere(), where).toBe(after?.status === "active");
          expect(await service.ports.images.pendingDeletions(1), where).toEqual([]);
          if (after?.status === "deleted") await recoverImage(service.ports)(admin, id);
          await expectConsistent(service, id, point);
          expect((await service.ports.images.find(id))?.status, where).toBe("active");
        },
      );
      expect(calls).toBeGreaterThanOrEqual(3);
    }
  });

  it("a purge ends with the record as it was, without leftovers, or gone", async () => {
    await atEveryPoint(
      async () => {
        const service = memoryService({ purge_images_table_age_in_days: 30 });
        const { id } = await service.queuedImage();
        await uploadImage(service.ports)(demo, id, data);
        await deleteImage(service.ports)(demo, id);
        for (const { deletionId } of service.work.deleting.splice(0))
          await deleteBytes(service.ports)(deletionId);
        service.pass(31 * 86_400);
        return { service, id, work: (ports) => purge(ports).run(aRun().run) };
      },
      async (service, id, point) => {
        await recover(service);
        await purge(service.ports).run(aRun().run);
        const where = `${point.moment} call ${point.call}`;
        expect(await service.ports.images.find(id), where).toBeUndefined();
        expect(await service.ports.deletedImages.transfersOf(id), where).toEqual([]);
      },
    );
  });
});
