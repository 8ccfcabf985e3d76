import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { purge as purgeJob } from "../../../../shared/upkeep/operations/purge.ts";
import type { Job } from "../../../../shared/upkeep/operations/run-job.ts";
import { scrubber } from "../../../../shared/upkeep/operations/scrubber.ts";
import { demo, type memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

export const data = Buffer.from("0123456789");
export const always = () => true;
export const DAY = 86_400;
export type Service = ReturnType<typeof memoryService>;

export async function activeImage(service: Service) {
  const { id } = await service.queuedImage({ name: "one", tags: ["t"], properties: { a: "b" } });
  await uploadImage(service.ports)(demo, id, data);
  return id;
}

export async function deletedImage(service: Service) {
  const id = await activeImage(service);
  await deleteImage(service.ports)(demo, id);
  return id;
}

export const ran =
  (job: (ports: Service["ports"]) => Job) => (ports: Service["ports"]) => async (hasTime: () => boolean) => {
    const { run } = aRun({ hasTime });
    await job(ports).run(run);
    return run.tally.counts();
  };
export const scrub = ran(scrubber);
export const purge = ran(purgeJob);

/** What the delete worker does with the messages so far. */
export async function removeAll({ ports, work }: Service) {
  for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
}

export const stored = async ({ ports }: Service, id: string) => {
  const image = await ports.images.find(id);
  if (!image) throw new Error("no record");
  return image;
};

export async function listed({ ports }: Service): Promise<string[]> {
  const ids: string[] = [];
  const scopes = [{ kind: "everything" } as const];
  for await (const { id } of ports.lists.list({
    scopes,
    sortKey: "created_at",
    direction: "asc",
    expected: 9,
  }))
    ids.push(id);
  return ids;
}
