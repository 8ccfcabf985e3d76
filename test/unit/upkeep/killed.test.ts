import { expect, it } from "vitest";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { purge } from "../../../shared/upkeep/operations/purge.ts";
import type { Job } from "../../../shared/upkeep/operations/run-job.ts";
import { scrubber } from "../../../shared/upkeep/operations/scrubber.ts";
import { faulty, InjectedFault } from "../../fakes/faulty.ts";
import { demo, memoryService } from "../../fakes/images/service.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { withHints } from "../../fakes/with-hints.ts";

const DAY = 86_400;
type Service = ReturnType<typeof memoryService>;

async function deleted(service: Service): Promise<string> {
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, Buffer.from("0123456789"));
  let image = await service.ports.images.find(id);
  for (const member_id of ["p", "q"]) {
    if (!image) throw new Error("no record");
    const member = { image_id: id, member_id, status: "pending", created_at: "", updated_at: "" } as const;
    const after = { ...image, member_count: image.member_count + 1 };
    const writes = [{ kind: "member", before: undefined, after: member } as const];
    ({ image } = await service.ports.images.commit({ image: { before: image, after }, writes }));
  }
  await deleteImage(service.ports)(demo, id);
  return id;
}

/** What the worker does with the messages, and with those that the reaper sends for deletions that are still there. */
async function removeAll({ ports }: Service) {
  for (const { id } of await ports.images.pendingDeletions(100)) await deleteBytes(ports)(id);
}

interface Case {
  readonly job: (ports: Service["ports"]) => Job;
  readonly prepare: () => Promise<Service>;
}

const cases: Record<string, Case> = {
  scrubber: {
    job: scrubber,
    prepare: async () => {
      const service = memoryService({ delayed_delete: true });
      for (let n = 0; n < 3; n++) await deleted(service);
      service.pass(1);
      return service;
    },
  },
  purge: {
    job: purge,
    prepare: async () => {
      const service = memoryService({ purge_age_in_days: 1, purge_images_table_age_in_days: 20 });
      for (let n = 0; n < 2; n++) await deleted(service);
      await removeAll(service);
      service.pass(15 * DAY);
      await deleted(service);
      await removeAll(service);
      service.pass(10 * DAY);
      return service;
    },
  },
};

/** What is left: statuses and members by the age of the image, and bytes. */
async function stateOf({ ports, metadata, bytes }: Service) {
  const images = [...metadata.images.values()].sort((one, other) =>
    one.created_at < other.created_at ? -1 : 1,
  );
  const members = await Promise.all(images.map(async ({ id }) => (await ports.images.members(id)).length));
  return {
    images: images.map(({ status, member_count, leftovers_purged }) => ({
      status,
      member_count,
      leftovers_purged,
    })),
    members,
    deletions: metadata.deletions.size,
    objects: bytes.objects.size,
  };
}

it.each(Object.entries(cases))(
  "%s, killed before or after any call, is continued",
  async (_, { job, prepare }) => {
    const whole = await prepare();
    const counting = faulty(whole.unhinted, undefined);
    const { run } = aRun();
    await job(withHints(counting.ports)).run(run);
    expect(run.tally.counts()).toMatchObject({ failed: 0 });
    expect(run.tally.acted).toBeGreaterThan(2);
    await removeAll(whole);
    const end = await stateOf(whole);
    expect(counting.calls()).toBeGreaterThan(10);
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const service = await prepare();
        await job(withHints(faulty(service.unhinted, { call, moment }).ports))
          .run(aRun().run)
          .catch((error: unknown) => {
            if (!(error instanceof InjectedFault)) throw error;
          });
        await removeAll(service);
        await job(service.ports).run(aRun().run);
        await removeAll(service);
        expect(await stateOf(service), `killed ${moment} call ${call}`).toEqual(end);
      }
    }
  },
);
