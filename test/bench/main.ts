import { systemClock as clock } from "../../shared/clock.ts";
import { dynamodbImageLists } from "../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import { createImage } from "../../shared/images/operations/create-image.ts";
import { deleteImage } from "../../shared/images/operations/delete-image.ts";
import { listImages } from "../../shared/images/operations/list-images.ts";
import { configuredLimits } from "../../shared/images/operations/quotas/configured-limits.ts";
import { showImage } from "../../shared/images/operations/show-image.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { updateImage } from "../../shared/images/operations/update-image.ts";
import { storesByName } from "../../shared/images/ports/stores.ts";
import { imageQuery } from "../../shared/images/wire/image-query.ts";
import { readSettings } from "../../shared/settings.ts";
import { demo } from "../fakes/images/service.ts";
import { memoryWorkQueue } from "../fakes/memory-work-queue.ts";
import { inProcessTable } from "./in-process-table.ts";
import { seedImages } from "./seed-images.ts";

const RUNS = 15;
/** An operation that reads everything is not repeated as often. */
const SLOW_MS = 1000;

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Units of one run, and the median time of some, on a table of so many images. */
async function measured(count: number): Promise<Record<string, Record<string, number>>> {
  const table = await inProcessTable();
  const { documents, units } = table;
  const images = dynamodbImageStore(documents, "images");
  const lists = dynamodbImageLists(documents, "images");
  const settings = readSettings({});
  const ports = {
    sources: storesByName(new Map()),
    images,
    lists,
    clock,
    queue: memoryWorkQueue().queue,
    limits: configuredLimits(settings),
    configured: configuredStores(settings),
    settings,
  };

  const began = performance.now();
  const seeded = await seedImages(images, { count, owner: demo.projectId });
  const seconds = (performance.now() - began) / 1000;
  console.log(`${count} images in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second`);

  const idOf = (run: number) => seeded[(run * 7) % count]?.id ?? "";
  const list = (query: string) => () =>
    listImages(ports)(demo, imageQuery(new URLSearchParams(query), settings));
  const operations: Record<string, (run: number) => Promise<unknown>> = {
    create: (run) => createImage(ports)(demo, { name: `new-${run}`, properties: { os_distro: "debian" } }),
    show: (run) => showImage(ports)(demo, idOf(run)),
    "list 25, newest first": list(""),
    "list 25, by name": list("sort=name:asc"),
    "list 1000, newest first": list("limit=1000"),
    "look up a name": list(`name=${seeded[count - 1]?.name}`),
    "look up an id": list(`id=${idOf(3)}`),
    "list by a filter that one in 1000 meets": list("os_distro=plan9"),
    "list sorted by size": list("sort=size:asc"),
    patch: (run) => updateImage(ports)(demo, idOf(run), [{ op: "add", name: "a", value: String(run) }]),
    delete: (run) => deleteImage(ports)(demo, idOf(run)),
  };

  const results: Record<string, Record<string, number>> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const times: number[] = [];
    const cost = { read: 0, write: 0 };
    for (let run = 0; run < RUNS && (times[0] ?? 0) < SLOW_MS; run++) {
      Object.assign(units, { read: 0, write: 0 });
      const start = performance.now();
      await operation(run);
      times.push(performance.now() - start);
      Object.assign(cost, units);
    }
    results[name] = { ...cost, "p50 ms": Number(middle(times).toFixed(1)), runs: times.length };
  }
  await table.close();
  return results;
}

// The times are those of this machine and the emulator, without a network; the units are DynamoDB's.
for (const count of process.argv.slice(2).map(Number)) console.table(await measured(count));
