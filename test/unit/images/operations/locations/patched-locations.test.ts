import { describe, expect, it } from "vitest";
import type { Caller } from "../../../../../shared/caller.ts";
import type { Location } from "../../../../../shared/images/domain/location.ts";
import type { PatchOperation } from "../../../../../shared/images/domain/patch-operation.ts";
import { showLocations } from "../../../../../shared/images/operations/locations/show-locations.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { updateImage } from "../../../../../shared/images/operations/update-image.ts";
import { imageDocument } from "../../../../../shared/images/wire/image-document.ts";
import { locationDocument } from "../../../../../shared/images/wire/location-document.ts";
import { admin, demo } from "../../../../fakes/images/service.ts";

import { data, other, refusal, type Service, stored, url, withWeb, work } from "./with-web.ts";

describe("a PATCH of locations", () => {
  const patch = (one: Service, id: string, operations: readonly PatchOperation[], caller: Caller = admin) =>
    updateImage(one.ports)(caller, id, operations);
  const at = (place: string, metadata: Record<string, unknown> = {}, more = {}) => ({
    url: place,
    metadata,
    ...more,
  });
  const add = (place: string, position = "-", metadata = {}): PatchOperation => ({
    op: "add",
    name: "locations",
    position,
    value: at(place, metadata),
  });
  const replace = (value: unknown): PatchOperation => ({ op: "replace", name: "locations", value });
  const remove = (position: string): PatchOperation => ({ op: "remove", name: "locations", position });
  /** The image with a place of ours in another store, written as a copy is; returns its URL. */
  const hasIn = async (one: Service, id: string, store: string, more: Partial<Location> = {}) => {
    const before = await stored(one, id);
    const own = before.locations.find((each) => each.registered === undefined);
    if (!own) throw new Error("it was uploaded");
    const locations = [...before.locations, { ...own, ...more, store }];
    await one.ports.images.commit({ image: { before, after: { ...before, locations } } });
    return `s3://${store}/${own.key}`;
  };
  const urls = async (one: Service, id: string) =>
    (await showLocations(one.ports)(admin, id)).map(
      (each) => locationDocument(each, one.ports.configured).url,
    );

  it("makes a queued image active, with what is said of the data", async () => {
    const one = withWeb();
    const [first, second] = [await one.queuedImage(), await one.queuedImage()];
    await patch(one, first.id, [add(url)], demo);
    expect(await stored(one, first.id)).toMatchObject({ status: "active", size: 10, virtual_size: 10 });
    const validation_data = {
      os_hash_algo: "sha512",
      os_hash_value: "0".repeat(128),
      checksum: "1".repeat(32),
    };
    await patch(one, second.id, [replace([at(url, {}, { validation_data })])], demo);
    expect(await stored(one, second.id)).toMatchObject({
      status: "active",
      checksum: "1".repeat(32),
      os_hash_value: "0".repeat(128),
    });
  });

  it("adds places where they are wanted, and each counts", async () => {
    const one = withWeb({ image_location_quota: 3 });
    const { id } = await one.queuedImage();
    await uploadImage(one.ports)(demo, id, data);
    await patch(one, id, [add(url), add(other, "0")], demo);
    const own = `s3://s3/${(await stored(one, id)).locations.find(({ store }) => store === "s3")?.key}`;
    expect(await urls(one, id)).toEqual([other, own, url]);
    expect(await refusal(patch(one, id, [add(url, "-", { a: 1 })]))).toBe(413);
    expect(await one.ports.usage.read("demo-project")).toMatchObject({ image_size_total: 30 });
  });

  it("changes what is said of places by a replacement with the same URLs, and nothing else", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    await uploadImage(one.ports)(demo, id, data);
    const image = await patch(one, id, [add(url)]);
    const shown = imageDocument(image, { ...one.ports.configured, show_multiple_locations: true });
    const [own, foreign] = shown.locations as ReturnType<typeof at>[];
    expect([own?.metadata, foreign?.metadata]).toEqual([{ store: "s3" }, { store: "web" }]);
    const said = { zone: "a", ["__proto__"]: "x" };
    await patch(one, id, [replace([{ ...own, metadata: said }, foreign])]);
    const [changed] = await showLocations(one.ports)(admin, id);
    expect(changed && locationDocument(changed, one.ports.configured).metadata).toMatchObject({
      store: "s3",
      zone: "a",
    });
    expect(await refusal(patch(one, id, [replace([foreign])]))).toBe(400);
    expect(await refusal(patch(one, id, [replace([own, foreign, at(other)])]))).toBe(400);
    expect(await refusal(patch(one, id, [add(own?.url ?? "")]))).toBe(400);
  });

  it("removes places, and deletes the bytes of those that are ours", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    await uploadImage(one.ports)(demo, id, data);
    const before = await patch(one, id, [add(url), add(other)]);
    expect(await refusal(patch(one, id, [remove("0")], demo))).toBe(403);
    await patch(one, id, [remove("1")]);
    expect([await urls(one, id), one.metadata.deletions.size]).toEqual([
      [expect.stringMatching("^s3:"), other],
      0,
    ]);
    const copied = await hasIn(one, before.id, "cheap");
    await patch(one, id, [remove("0")]);
    await work(one);
    expect([await urls(one, id), one.bytes.objects.size, one.web.objects.size]).toEqual([
      [other, copied],
      0,
      2,
    ]);
  });

  it("never takes the last good one of our places, whatever is beside it", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    await uploadImage(one.ports)(demo, id, data);
    const [own] = (await stored(one, id)).locations;
    const damaged = { at: "2026-12-01T00:00:00.000Z", reason: "hash-mismatch" } as const;
    await hasIn(one, id, "cheap", { damaged });
    expect(await refusal(patch(one, id, [remove("0")]))).toBe(403);
    await patch(one, id, [remove("1"), add(url)]);
    expect(await refusal(patch(one, id, [remove("0")]))).toBe(403);
    expect((await stored(one, id)).locations[0]).toEqual(own);
    expect([...one.metadata.deletions.values()].map(({ store }) => store)).toEqual(["cheap"]);
    await patch(one, id, [remove("1")]);
    expect(await refusal(patch(one, id, [remove("0")]))).toBe(403);
  });

  it("takes one of two registered places, and not the last one", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    await patch(one, id, [add(url), add(other)]);
    await patch(one, id, [remove("0")]);
    expect(await urls(one, id)).toEqual([other]);
    expect(await refusal(patch(one, id, [remove("0")]))).toBe(403);
  });

  it("adds no place whose data has another size than the image", async () => {
    const one = withWeb();
    one.web.objects.set(other, Buffer.from("01234567890"));
    const active = await one.queuedImage();
    await uploadImage(one.ports)(demo, active.id, data);
    const queued = await one.queuedImage();
    for (const operations of [[add(url), add(other)], [replace([at(url), at(other)])]])
      expect(await refusal(patch(one, queued.id, operations))).toBe(400);
    expect(await refusal(patch(one, active.id, [add(other)]))).toBe(400);
    expect((await stored(one, active.id)).locations).toHaveLength(1);
    expect((await stored(one, queued.id)).status).toBe("queued");
  });

  it("is refused by Glance's codes", async () => {
    const one = withWeb();
    const queued = await one.queuedImage();
    const { id } = await one.queuedImage();
    await uploadImage(one.ports)(demo, id, data);
    await patch(one, id, [add(url)]);
    const hidden = withWeb({ show_multiple_locations: false });
    const { id: hiddenId } = await hidden.queuedImage();
    const wrong = { os_hash_algo: "sha512", os_hash_value: "0".repeat(128) };
    const status = (image: string, ...operations: PatchOperation[]) => refusal(patch(one, image, operations));
    expect({
      hidden: await refusal(patch(hidden, hiddenId, [add(url)])),
      position: await status(id, add(other, "x")),
      twice: await status(id, add(url)),
      file: await status(id, add("file:///etc/passwd")),
      unknownScheme: await status(id, add("nothing://x/y")),
      gone: await status(id, add(`${url}.not`)),
      removeOfQueued: await status(queued.id, remove("0")),
      removeOutside: await status(id, remove("2")),
      removeNowhere: await status(id, remove("x")),
      newHashOfActive: await status(id, {
        ...add(other),
        value: at(other, {}, { validation_data: wrong }),
      }),
      noHash: await status(queued.id, {
        ...add(url),
        value: at(url, {}, { validation_data: { ...wrong, os_hash_value: "zz" } }),
      }),
      muchMetadata: await status(id, add(other, "-", { a: "x".repeat(1100) })),
    }).toEqual({
      hidden: 403,
      position: 400,
      twice: 400,
      file: 400,
      unknownScheme: 400,
      gone: 400,
      removeOfQueued: 409,
      removeOutside: 400,
      removeNowhere: 400,
      newHashOfActive: 409,
      noHash: 409,
      muchMetadata: 400,
    });
    expect((await stored(one, id)).locations).toHaveLength(2);
  });

  it("shows places only as the settings say, and no bucket of ours", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    const image = await uploadImage(one.ports)(demo, id, data);
    const { configured, settings } = one.ports;
    const { show_multiple_locations, show_image_direct_url } = settings;
    const shown = imageDocument(image, { ...configured, show_multiple_locations, show_image_direct_url });
    const place = `s3://s3/${image.locations[0]?.key}`;
    expect(shown).toMatchObject({
      direct_url: place,
      locations: [{ url: place, metadata: { store: "s3" } }],
      stores: "s3",
    });
    const hidden = imageDocument(image, { ...configured, show_multiple_locations: false });
    expect([hidden.direct_url, hidden.locations]).toEqual([undefined, undefined]);
    const queued = imageDocument(await one.queuedImage(), { ...configured, show_multiple_locations: true });
    expect([queued.direct_url, queued.locations]).toEqual([undefined, []]);
  });
});
