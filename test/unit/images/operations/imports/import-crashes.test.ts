import { expect, it } from "vitest";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../../../fakes/faulty.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { demo } from "../../../../fakes/images/service.ts";

const data = Buffer.from("what was staged");

type Service = ReturnType<typeof importingService>;

/** Whether an image in use has all of its bytes, and one in use was not left locked. */
function judge(service: Service, id: string): void {
  const image = service.imageOf(id);
  if (image.status === "active")
    for (const place of image.locations) expect(service.textOf(place)).toBe(data.toString());
  if (image.status === "active") expect(image.locations.length).toBeGreaterThan(0);
}

/** A run that is killed at this point; how many calls it made. */
async function killed(service: Service, taskId: string, point: FaultPoint | undefined): Promise<number> {
  const { images, tasks, stores, copyRecords, limits, queue, fence } = service.ports;
  const broken = faulty({ images, tasks, stores, copyRecords, limits, queue, fence }, point);
  const result = service.attend(taskId, { others: broken.ports });
  await result.catch((error: unknown) => expect(error).toBeInstanceOf(InjectedFault));
  return broken.calls();
}

/** What the job does: sends for the import again, until it is over. */
async function goOn(service: Service, taskId: string): Promise<void> {
  for (let run = 0; run < 5 && service.taskOf(taskId).import; run++) {
    service.pass(600);
    await service.attend(taskId);
    judge(service, service.taskOf(taskId).image_id);
  }
}

const calls = async (): Promise<number> => {
  const service = importingService();
  const { id } = await service.staged(data);
  return killed(service, await service.begin(id, { stores: ["cheap", "fast"] }), undefined);
};

it("a run killed before or after any of its calls costs no byte, and is gone on with", async () => {
  const all = await calls();
  expect(all).toBeGreaterThan(30);
  for (let call = 1; call <= all; call++)
    for (const moment of ["before", "after"] as const) {
      const service = importingService();
      const { id } = await service.staged(data);
      const taskId = await service.begin(id, { stores: ["cheap", "fast"] });
      await killed(service, taskId, { call, moment });
      judge(service, id);
      await goOn(service, taskId);
      const at = `${moment} call ${call}`;
      expect([at, service.imageOf(id).status, service.taskOf(taskId).status]).toEqual([
        at,
        "active",
        "success",
      ]);
      expect([at, service.imageOf(id).locations.map(service.textOf)]).toEqual([at, [`${data}`, `${data}`]]);
      const lists = { os_glance_importing_to_stores: "", os_glance_failed_import: "" };
      expect([at, service.imageOf(id).properties]).toEqual([at, lists]);
      expect([at, await service.leftovers()]).toEqual([at, []]);
    }
});

it("an image that is deleted after a killed run leaves no byte", async () => {
  const all = await calls();
  for (let call = 1; call <= all; call++) {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { stores: ["cheap", "fast"] });
    await killed(service, taskId, { call, moment: "after" });
    await deleteImage(service.ports)(demo, id);
    await goOn(service, taskId);
    expect([call, service.taskOf(taskId).import]).toEqual([call, undefined]);
    expect([call, await service.leftovers()]).toEqual([call, []]);
  }
});
