import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamodbImageLists } from "../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import type { Image } from "../../shared/images/domain/image.ts";
import type { ImageRecords } from "../../shared/images/ports/image-records.ts";
import type { ImageLists } from "../../shared/images/ports/image-store.ts";
import { inProcessTable } from "../bench/in-process-table.ts";
import { seedImage, seedImages } from "../bench/seed-images.ts";
import { demo } from "../fakes/images/service.ts";
import { pageThrough } from "../model/images/page-through.ts";

const COUNT = 100_000;
/** These go while others page through the rest. */
const isDoomed = (_image: Image, at: number): boolean => at % 25 === 7;

let table: Awaited<ReturnType<typeof inProcessTable>>;
let store: ImageRecords & ImageLists;
let staying: Image[];
let doomed: Image[];

beforeAll(async () => {
  table = await inProcessTable();
  const { documents } = table;
  store = { ...dynamodbImageStore(documents, "images"), ...dynamodbImageLists(documents, "images") };
  const began = Date.now();
  const seeded = await seedImages(store, { count: COUNT, owner: demo.projectId });
  console.log(`seeded ${COUNT} images in ${Math.round((Date.now() - began) / 1000)} s`);
  staying = seeded.filter((image, at) => !isDoomed(image, at));
  doomed = seeded.filter(isDoomed);
});
afterAll(() => table?.close());

/** Creates and deletes one image after the other, until it is told to stop; returns how many. */
function others() {
  let hasEnded = false;
  let changes = 0;
  const work = async () => {
    while (!hasEnded) {
      const after = seedImage((changes * 37) % COUNT, demo.projectId);
      await store.commit({ image: { before: undefined, after } });
      const id = doomed.pop()?.id;
      const before = id === undefined ? undefined : await store.find(id);
      if (before) await store.commit({ image: { before, after: { ...before, status: "deleted" } } });
      changes++;
      await sleep(20);
    }
    return changes;
  };
  const working = work();
  return {
    stop: () => {
      hasEnded = true;
      return working;
    },
  };
}

const byTime = (one: Image, other: Image) =>
  `${one.created_at}#${one.id}` < `${other.created_at}#${other.id}` ? -1 : 1;
const byName = (one: Image, other: Image) => {
  if (one.name === other.name) return byTime(one, other);
  return (one.name ?? "") < (other.name ?? "") ? -1 : 1;
};

describe(`${COUNT} images while others come and go`, () => {
  it.each([
    ["limit=1000", (one: Image, other: Image) => byTime(other, one)],
    ["limit=1000&sort=name:asc", byName],
    ["", (one: Image, other: Image) => byTime(other, one)],
    ["sort_key=name&sort_dir=asc", byName],
    ["limit=1000&sort=name:desc", (one: Image, other: Image) => byName(other, one)],
  ])("are paged through once each with '%s'", async (text, compare) => {
    const busy = others();
    const began = Date.now();
    const pages = await pageThrough({ store, caller: demo, query: new URLSearchParams(text) });
    const seconds = (Date.now() - began) / 1000;
    const changes = await busy.stop();
    console.log(
      `'${text}': ${pages.length} pages in ${seconds.toFixed(1)} s, ${changes} created and deleted meanwhile`,
    );
    const seen = pages.flat();
    expect(new Set(seen).size).toBe(seen.length);
    expect(changes).toBeGreaterThan(10);
    const isStaying = new Set(staying.map(({ id }) => id));
    const expected = staying.toSorted(compare).map(({ id }) => id);
    // Compared as texts: a difference of 98,000 ids is of no use to anybody.
    expect(seen.filter((id) => isStaying.has(id)).join() === expected.join()).toBe(true);
  });
});
