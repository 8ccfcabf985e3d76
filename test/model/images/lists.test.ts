import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbImageLists } from "../../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import type { ImageLists } from "../../../shared/images/ports/image-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { admin, demo } from "../../fakes/images/service.ts";
import { drawnImages, seed } from "./drawn-images.ts";
import { drawnQuery } from "./drawn-query.ts";
import { pageThrough } from "./page-through.ts";

type Store = ImageRecords & ImageLists;

const stores: Readonly<Record<string, { runs: number; most: number; make: () => Promise<Store> }>> = {
  memory: { runs: 150, most: 40, make: async () => memoryImageStore().store },
  "the DynamoDB emulator": {
    runs: 10,
    most: 50,
    make: async () => {
      const { documents } = await sdkOn(await temporaryDynamodb());
      return { ...dynamodbImageStore(documents, "images"), ...dynamodbImageLists(documents, "images") };
    },
  },
};

describe.each(Object.entries(stores))("lists on %s", (_, { runs, most, make }) => {
  it("show exactly the images that are asked for, in order, page by page", async () => {
    const queries = fc.array(fc.tuple(drawnQuery, fc.boolean()), { minLength: 25, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(drawnImages(most), queries, async (drawn, asked) => {
        const store = await make();
        await seed(store, drawn);
        for (const [{ query, isWanted, compare, limit }, isAdmin] of asked) {
          const caller = isAdmin ? admin : demo;
          const expected = drawn
            .filter((each) => isWanted(each, caller.projectId, isAdmin))
            .map(({ image }) => image)
            .sort(compare)
            .map(({ id }) => id);
          const pages = await pageThrough({ store, caller, query });
          expect(pages.flat(), String(query)).toEqual(expected);
          expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  it("neither repeat nor skip an image that was there all along while others come and go", async () => {
    const queries = [
      "sort=name:asc",
      "",
      "sort=created_at:asc",
      "sort=size",
      "sort=name,id:asc&visibility=all",
    ];
    const comingAndGoing = fc.tuple(drawnImages(most), drawnImages(most), fc.constantFrom(...queries));
    await fc.assert(
      fc.asyncProperty(comingAndGoing, fc.integer({ min: 1, max: 5 }), async ([all, later, text], limit) => {
        const store = await make();
        await seed(store, all);
        // Every second one goes, the markers of pages among them.
        const doomed = all.filter((_each, at) => at % 2 === 1);
        const coming = [...later];
        const between = async () => {
          await seed(store, coming.splice(0, 3));
          for (const { image } of doomed.splice(0, 3)) {
            const before = await store.find(image.id);
            const after = before && { ...before, status: "deleted" as const, updated_at: "2027" };
            if (after) await store.commit({ image: { before, after } });
          }
        };
        const query = new URLSearchParams(`${text}&limit=${limit}`);
        const list = async () => (await pageThrough({ store, caller: admin, query })).flat();
        const atFirst = await list();
        const seen = (await pageThrough({ store, caller: admin, query, between })).flat();
        expect(new Set(seen).size).toBe(seen.length);
        const atLast = new Set(await list());
        const stayed = atFirst.filter((id) => atLast.has(id));
        const isStaying = new Set(stayed);
        expect(seen.filter((id) => isStaying.has(id))).toEqual(stayed);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });
});
