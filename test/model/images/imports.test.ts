import fc from "fast-check";
import { expect, it } from "vitest";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { stageImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { faulty, InjectedFault } from "../../fakes/faulty.ts";
import { importingService } from "../../fakes/images/importing-service.ts";
import { admin, demo } from "../../fakes/images/service.ts";

const data = Buffer.from("bytes of an image");

type Service = ReturnType<typeof importingService>;
interface World {
  readonly service: Service;
  readonly id: string;
  readonly tasks: string[];
}
type Step = (world: World) => Promise<unknown>;

/** Refusals are answers; faults are what the test injects. */
const tried = (work: Promise<unknown>) =>
  work.catch((error: { status?: number }) => {
    if (!(error instanceof InjectedFault) && (error.status ?? 500) >= 500) throw error;
  });

async function beginTask({ service, id, tasks }: World, request: Parameters<Service["begin"]>[1]) {
  const task = await service.begin(id, request);
  if (task !== "") tasks.push(task);
}

const stores = fc.constantFrom(["fast"], ["cheap"], ["fast", "cheap"], ["cheap", "fast"]);
const steps: readonly fc.Arbitrary<readonly [string, Step]>[] = [
  fc.constant(["stage", ({ service, id }) => stageImage(service.ports)(demo, id, data)]),
  fc
    .tuple(stores, fc.boolean())
    .map(([to, all_stores_must_succeed]) => [
      `import to ${to}, all ${all_stores_must_succeed}`,
      (world) => beginTask(world, { stores: to, all_stores_must_succeed }),
    ]),
  fc.boolean().map((all_stores_must_succeed) => [
    "copy",
    (world) =>
      beginTask(world, {
        ...{ caller: admin, method: { name: "copy-image" }, all_stores: true, all_stores_must_succeed },
      }),
  ]),
  fc
    .tuple(fc.nat(5), fc.integer({ min: 1, max: 60 }), fc.constantFrom("before", "after"))
    .map(([at, call, moment]) => [
      `a run of task ${at}, killed ${moment} call ${call}`,
      ({ service, tasks }) => {
        const { images, tasks: records, stores: places, copyRecords, limits, queue, fence } = service.ports;
        const ports = { images, tasks: records, stores: places, copyRecords, limits, queue, fence };
        return service.attend(tasks[at] ?? "", { others: faulty(ports, { call, moment }).ports });
      },
    ]),
  fc.tuple(fc.nat(5), fc.nat(8)).map(([at, pieces]) => [
    `two runs of task ${at} at once, with time for ${pieces} pieces`,
    async ({ service, tasks }) => {
      let left = pieces;
      const run = () => tried(service.attend(tasks[at] ?? "", { hasTime: () => left-- > 0 }));
      await Promise.all([run(), run()]);
    },
  ]),
  fc
    .constantFrom(400, 4000)
    .map((seconds) => [`${seconds} s go by`, async ({ service }) => service.pass(seconds)]),
  fc.constant(["delete", ({ service, id }) => deleteImage(service.ports)(demo, id)]),
];

/** What holds at any moment: an image in use has all its bytes, and no store has it twice. */
function judge({ service, id }: World): void {
  const { status, locations } = service.imageOf(id);
  if (status === "active") {
    expect(locations.length).toBeGreaterThan(0);
    for (const place of locations) expect(service.textOf(place)).toBe(data.toString());
  }
  expect(new Set(locations.map(({ store }) => store)).size).toBe(locations.length);
}

it("imports, copies, kills, thefts and deletions in any order end in order, without a byte too many or too few", async () => {
  const names = fc.array(fc.oneof(...steps), { minLength: 3, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(names, async (drawn) => {
      const service = importingService();
      const { id } = await service.staged(data);
      const world: World = { service, id, tasks: [] };
      for (const [, step] of drawn) {
        await tried(step(world));
        judge(world);
      }
      for (let round = 0; round < 6; round++) {
        service.pass(600);
        for (const task of world.tasks) await tried(service.attend(task));
        judge(world);
      }
      expect(world.tasks.filter((task) => service.taskOf(task).import)).toEqual([]);
      const { status, properties } = service.imageOf(id);
      expect(status).not.toBe("importing");
      if (status !== "deleted") expect(properties.os_glance_import_task).toBeUndefined();
      expect(await service.leftovers()).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
