import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { GlanceError } from "../../../shared/errors.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { createImage } from "../../../shared/images/operations/create-image.ts";
import { configuredLimits } from "../../../shared/images/operations/quotas/configured-limits.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { updateImage } from "../../../shared/images/operations/update-image.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { attributeCheck } from "../../../shared/images/wire/attribute-schema.ts";
import { imageDocument } from "../../../shared/images/wire/image-document.ts";
import { patchParser } from "../../../shared/images/wire/json-patch.ts";
import { readSettings } from "../../../shared/settings.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { demo } from "../../fakes/images/service.ts";
import {
  attributeNames,
  type Document,
  type DrawnChange,
  drawnChange,
  type Form,
  patched,
  written,
} from "./patched-document.ts";

const settings = readSettings({});
const check = attributeCheck(settings);

const stores: Readonly<Record<string, { runs: number; make: () => Promise<ImageRecords> }>> = {
  memory: { runs: 500, make: async () => memoryImageStore().store },
  "the DynamoDB emulator": {
    runs: 40,
    make: async () => dynamodbImageStore((await sdkOn(await temporaryDynamodb())).documents, "images"),
  },
};

interface DrawnPatch {
  readonly form: Form;
  readonly changes: readonly DrawnChange[];
}
const drawnPatch: fc.Arbitrary<DrawnPatch> = fc.record({
  form: fc.constantFrom("v2.0", "v2.1", "v2.1", "v2.1"),
  changes: fc.array(drawnChange, { maxLength: 5 }),
});

/** A new image in a store, and what clients do with it. */
async function anImage(images: ImageRecords) {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const ports = {
    images,
    limits: configuredLimits(settings),
    clock: () => new Date(now++),
    settings,
    configured: configuredStores(settings),
    sources: storesByName(new Map()),
  };
  const { id } = await createImage(ports)(demo, {
    name: "first",
    properties: { plain: "1", "with/slash": "2" },
  });
  const document = async (): Promise<Document> => {
    const image = await images.find(id);
    if (!image) throw new Error("it is there");
    const own = Object.entries(imageDocument(image, configuredStores(settings))).filter(
      ([name]) => attributeNames.includes(name) || Object.hasOwn(image.properties, name),
    );
    return new Map(own);
  };
  /** 200, or the status of the refusal. */
  const patch = async ({ form, changes }: DrawnPatch): Promise<number> => {
    try {
      const parse = patchParser(`application/openstack-images-${form}-json-patch`);
      const operations = parse(
        changes.map((change) => written(form, change)),
        check,
      );
      await updateImage(ports)(demo, id, operations);
      return 200;
    } catch (error) {
      if (error instanceof GlanceError) return error.status;
      throw error;
    }
  };
  return { document, patch, revision: async () => (await images.find(id))?.revision };
}

const ordersOf = <Thing>(things: readonly Thing[]): Thing[][] =>
  things.length === 0
    ? [[]]
    : things.flatMap((first, at) => ordersOf(things.toSpliced(at, 1)).map((rest) => [first, ...rest]));

describe.each(Object.entries(stores))("JSON patches on %s", (_, { runs, make }) => {
  it("do what the model does, whole or not at all", async () => {
    const store = await make();
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(drawnPatch, { minLength: 1, maxLength: 6 }), async (patches) => {
        const image = await anImage(store);
        for (const one of patches) {
          const [before, revision] = [await image.document(), await image.revision()];
          const expected = patched(before, one.form, one.changes);
          expect(await image.patch(one)).toBe(typeof expected === "number" ? expected : 200);
          expect(await image.document()).toEqual(typeof expected === "number" ? before : expected);
          const isWritten = typeof expected !== "number" && one.changes.length > 0;
          expect((await image.revision()) !== revision).toBe(isWritten);
          if (isWritten) accepted++;
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
    expect(accepted).toBeGreaterThan(runs / 4);
  });

  it("of several clients at once do what they do in one of the possible orders", async () => {
    const store = await make();
    await fc.assert(
      fc.asyncProperty(fc.array(drawnPatch, { minLength: 2, maxLength: 4 }), async (patches) => {
        const image = await anImage(store);
        const before = await image.document();
        const statuses = await Promise.all(patches.map(image.patch));
        const after = await image.document();
        const answered = patches.map((one, at) => ({ ...one, status: statuses[at] }));
        const isPossible = ordersOf(answered).some((order) => {
          let document = before;
          const agrees = order.every(({ form, changes, status }) => {
            const result = patched(document, form, changes);
            if (typeof result !== "number") document = result;
            return status === (typeof result === "number" ? result : 200);
          });
          return agrees && isSame(document, after);
        });
        expect(isPossible, JSON.stringify({ answered, after: [...after] })).toBe(true);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });
});

const isSame = (one: Document, other: Document): boolean =>
  JSON.stringify([...one].toSorted()) === JSON.stringify([...other].toSorted());
