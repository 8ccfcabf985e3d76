import { describe, expect, it } from "vitest";
import { emptyImage, type Image } from "../../../../../shared/images/domain/image.ts";
import type { Location } from "../../../../../shared/images/domain/location.ts";
import { configuredStores } from "../../../../../shared/images/operations/stores/configured-stores.ts";
import { withoutPlace } from "../../../../../shared/images/operations/stores/delete-from-store.ts";
import {
  firstReadable,
  placesToRead,
} from "../../../../../shared/images/operations/stores/readable-place.ts";
import { storesByName } from "../../../../../shared/images/ports/stores.ts";
import type { StoreSetting } from "../../../../../shared/settings/stores/store-setting.ts";

const now = new Date("2026-01-01T00:00:00Z");
const place = (store: string, more: Partial<Location> = {}): Location => ({
  ...{ store, key: `${store}-key`, size: 10 },
  ...more,
});
const registered = place("web", { registered: true });
const damaged = { damaged: { at: "2026", reason: "hash-mismatch" as const } };
const image = (...locations: Location[]): Image => ({
  ...{ ...emptyImage, id: "image", created_at: "2026", updated_at: "2026", status: "active", locations },
});
const stores: readonly StoreSetting[] = [
  { id: "fast", type: "s3", weight: 10 },
  { id: "cheap", type: "s3" },
  { id: "web", type: "http", readOnly: true },
];
const configured = configuredStores({ enabled_backends: stores, default_backend: "fast" });

describe("a place that is taken away from an image", () => {
  it("lets go of its bytes, and is told of", () => {
    const change = withoutPlace(image(place("fast"), place("cheap")), 1, now);
    expect(change.image.after.locations).toEqual([place("fast")]);
    expect(change.writes).toEqual([
      { kind: "deletion", deletion: expect.objectContaining({ store: "cheap", key: "cheap-key" }) },
    ]);
    expect(change.events?.map(({ event_type }) => event_type)).toEqual(["image.update"]);
  });

  it("lets go of no bytes that are not ours", () => {
    const change = withoutPlace(image(place("fast"), registered), 1, now);
    expect(change.image.after.locations).toEqual([place("fast")]);
    expect(change.writes).toEqual([]);
  });
});

describe("the places that an image is read from", () => {
  it("are ours only, the heaviest store first, those that the caller prefers before", () => {
    const all = image(registered, place("cheap"), place("fast"));
    const inOrder = (prefer: readonly string[]) =>
      placesToRead(all, configured, prefer).map(({ store }) => store);
    expect(inOrder([])).toEqual(["fast", "cheap"]);
    expect(inOrder(["cheap"])).toEqual(["cheap", "fast"]);
    expect(inOrder(["web"])).toEqual(["fast", "cheap"]);
  });

  /** Each store has so many bytes, or fails. */
  const having = (sizes: Readonly<Record<string, number | Error | undefined>>) => {
    const asked: string[] = [];
    const heads = Object.entries(sizes).map(([store, size]) => {
      const head = async () => {
        asked.push(store);
        if (size instanceof Error) throw size;
        return size === undefined ? undefined : { size, etag: "e" };
      };
      return [store, { head }] as const;
    });
    return { stores: storesByName(new Map(heads)), asked };
  };

  it("are asked in turn; one with other bytes is passed over", async () => {
    const both = image(place("fast"), place("cheap"));
    const { stores: some, asked } = having({ fast: 9, cheap: 10 });
    expect(await firstReadable(some, both.locations, both)).toEqual(place("cheap"));
    expect(asked).toEqual(["fast", "cheap"]);
  });

  it("are not asked where there is only one", async () => {
    const { stores: some, asked } = having({ fast: new Error("is down") });
    const one = image(place("fast"));
    expect(await firstReadable(some, one.locations, one)).toEqual(place("fast"));
    expect(asked).toEqual([]);
    const two = image(place("fast"), registered);
    await expect(firstReadable(some, [place("fast")], two)).rejects.toMatchObject({ status: 503 });
  });

  it.each([
    ["none where all have lost the bytes", [], undefined],
    ["none where only registered places are left beside", [registered], undefined],
    ["none where one of several others is not damaged", [place("s3", damaged), registered], undefined],
    ["to be tried again where only damaged ones are left beside", [place("s3", damaged)], 503],
  ] as const)("are %s", async (_, beside, status) => {
    const mine = [place("fast"), place("cheap")];
    const { stores: some } = having({ fast: undefined, cheap: undefined });
    const found = firstReadable(some, mine, image(...mine, ...beside)).catch((error) => error.status);
    expect(await found).toBe(status);
  });
});

describe("the properties of stores, for admins", () => {
  it("are what the settings say of them, and nothing else", () => {
    const said: StoreSetting = {
      ...{ id: "ceph", type: "s3", host: "https://rgw.example", bucket: "images", pathStyle: true },
      secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ceph-abcdef",
    };
    const { all } = configuredStores({
      enabled_backends: [said, { id: "web", type: "http", readOnly: true }],
      default_backend: "ceph",
    });
    // toStrictEqual: what is not said must not be there, not even as undefined.
    expect(all).toStrictEqual([
      {
        ...{ id: "ceph", type: "s3", weight: 0, readOnly: false },
        properties: { bucket: "images", host: "https://rgw.example" },
      },
      { id: "web", type: "http", weight: 0, readOnly: true, properties: {} },
    ]);
  });
});
