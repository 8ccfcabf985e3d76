import { describe, expect, test } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { METADATA_BYTES_MAX } from "../../../../shared/images/domain/metadata-size.ts";
import type { PatchOperation } from "../../../../shared/images/domain/patch-operation.ts";
import { createImage } from "../../../../shared/images/operations/create-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { updateImage } from "../../../../shared/images/operations/update-image.ts";
import { attributeCheck } from "../../../../shared/images/wire/attribute-schema.ts";
import { newImage } from "../../../../shared/images/wire/new-image.ts";
import type { Settings } from "../../../../shared/settings.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";

const refused = (status: number, text = "") =>
  expect.objectContaining({ status, message: expect.stringContaining(text) });
const reader = { ...demo, roles: ["reader"] };

describe("a create", () => {
  const create = async (body: Record<string, unknown>, { settings = {}, caller = demo } = {}) => {
    const { ports } = memoryService(settings);
    return createImage(ports)(caller, newImage(body, attributeCheck(ports.settings)));
  };
  const manyTags = { tags: ["a", "b"] };
  const oneTag = { settings: { image_tag_quota: 1 } };
  const noProperty = { settings: { image_property_quota: 0 } };

  // Each body is wrong twice: what Glance looks at first decides.
  test.each<
    [string, Record<string, unknown>, { settings?: Partial<Settings>; caller?: typeof demo }, number, string]
  >([
    ["self before the schema", { self: "x", colour: 1 }, {}, 403, "'self' is read-only"],
    ["the schema before reserved names", { os_glance_x: 1 }, {}, 400, "os_glance_x"],
    [
      "reserved names before the policy",
      { os_glance_x: "y" },
      { caller: reader },
      403,
      "'os_glance_x' is reserved",
    ],
    ["the policy before the quota of tags", manyTags, { ...oneTag, caller: reader }, 403, "not authorized"],
    ["the quota of tags before read-only attributes", { ...manyTags, status: "active" }, oneTag, 413, "tags"],
    [
      "read-only attributes before the quota of properties",
      { a: "b", size: 1 },
      noProperty,
      403,
      "'size' is",
    ],
    ["the quota of properties", { a: "b" }, noProperty, 413, "properties"],
    ["locations are reserved", { locations: [] }, {}, 403, "'locations' is reserved"],
    ["hashes are read-only", { os_hash_value: "aa" }, {}, 403, "'os_hash_value' is read-only"],
    ["an empty name of a property", { "": "x" }, {}, 400, "cannot be the name"],
    ["a name that no object keeps", JSON.parse('{"__proto__":"x"}'), {}, 400, "cannot be the name"],
    ["a long name of a property", { ["n".repeat(256)]: "x" }, {}, 400, "longer than 255"],
  ])("%s", async (_case, body, options, status, text) => {
    await expect(create(body, options)).rejects.toThrow(refused(status, text));
  });

  test("takes any characters, and names that objects have by themselves", async () => {
    const body = {
      name: "\u{1F600}",
      tags: ["\u{1F600}"],
      "\u{1F600}": "\u{1F600}",
      constructor: "a",
      toString: "b",
    };
    const { properties, ...image } = await create(body);
    expect(image).toMatchObject({ name: "\u{1F600}", tags: ["\u{1F600}"] });
    expect(properties).toEqual({ "\u{1F600}": "\u{1F600}", constructor: "a", toString: "b" });
  });

  test("of more than can be kept is 413, and says how much that is", async () => {
    await expect(create({ a: "x".repeat(METADATA_BYTES_MAX) })).rejects.toThrow(
      refused(413, String(METADATA_BYTES_MAX)),
    );
    await expect(create({ a: "é".repeat(METADATA_BYTES_MAX / 2) })).rejects.toThrow(refused(413));
  });
});

describe("a change", () => {
  async function changing(attributes: Partial<Image> = {}, settings: Partial<Settings> = {}) {
    const { ports, queuedImage } = memoryService(settings);
    const before = await queuedImage();
    const { image } = await ports.images.commit({ image: { before, after: { ...before, ...attributes } } });
    return {
      change: (operations: PatchOperation[], caller = demo) =>
        updateImage(ports)(caller, image.id, operations),
      current: () => ports.images.find(image.id),
      image,
    };
  }
  const add = (name: string, value: unknown): PatchOperation => ({ op: "add", name, value });
  const replace = (name: string, value: unknown): PatchOperation => ({ op: "replace", name, value });

  test.each<[string, PatchOperation[], number, string]>([
    ["removes no attribute", [{ op: "remove", name: "name" }], 403, "Property name may not be removed."],
    [
      "removes no property that is not there",
      [{ op: "remove", name: "x" }],
      409,
      "Property x does not exist.",
    ],
    ["replaces no property that is not there", [replace("x", "y")], 409, "Property x does not exist."],
    [
      "adds no attribute twice in the old form",
      [{ ...add("name", "x"), strictAdd: true }],
      409,
      "already present",
    ],
    [
      "adds no property twice in the old form",
      [add("x", "1"), { ...add("x", "2"), strictAdd: true }],
      409,
      "already present",
    ],
    ["gives no image away", [replace("owner", "alt")], 403, "Owner can't be updated"],
    ["gives no image away by add either", [add("owner", "alt")], 403, "Owner can't be updated"],
    ["cannot touch locations", [replace("locations", [])], 403, "locations"],
    ["adds no location", [add("locations", {})], 403, "locations"],
    ["removes no location", [{ op: "remove", name: "locations" }], 403, "locations"],
    ["publishes nothing", [replace("visibility", "public")], 403, "publicize_image"],
    [
      "is done in order",
      [
        { op: "remove", name: "x" },
        { op: "remove", name: "name" },
      ],
      409,
      "does not exist",
    ],
  ])("%s, and changes nothing then", async (_case, operations, status, text) => {
    const { change, current, image } = await changing();
    await expect(change([add("first", "1"), ...operations])).rejects.toThrow(refused(status, text));
    expect(await current()).toEqual(image);
  });

  test.each(["saving", "active", "uploading", "deactivated", "killed"] as const)(
    "of formats is refused once the image is %s, even to the same",
    async (status) => {
      const { change, image } = await changing({ status });
      for (const name of ["disk_format", "container_format"] as const) {
        await expect(change([replace(name, image[name])])).rejects.toThrow(refused(403, name));
      }
    },
  );

  test("asks for the visibility's rule before its own", async () => {
    const { change } = await changing();
    await expect(change([replace("visibility", "community")], reader)).rejects.toThrow(
      refused(403, "communitize_image"),
    );
    await expect(change([replace("name", "x")], reader)).rejects.toThrow(refused(403, "modify_image"));
  });

  test("of nothing is none, for readers too", async () => {
    const { change, image } = await changing();
    expect(await change([], reader)).toEqual(image);
  });

  test("replaces by add, collapses tags, takes names of internal fields as any other", async () => {
    const { change } = await changing();
    const changed = await change([
      add("name", "new"),
      add("tags", ["a", "b", "a"]),
      add("image_id", "1"),
      add("extra_properties", "2"),
      add("member", "3"),
    ]);
    expect(changed).toMatchObject({
      name: "new",
      tags: ["a", "b"],
      properties: { image_id: "1", extra_properties: "2", member: "3" },
    });
  });

  test("counts properties only when one is new, tags only when they are set", async () => {
    const crowded = { properties: { a: "1", b: "2" }, tags: ["a", "b"] };
    const { change } = await changing(crowded, { image_property_quota: 1, image_tag_quota: 1 });
    await change([replace("a", "3"), replace("name", "x")]);
    await expect(change([add("c", "1")])).rejects.toThrow(refused(413, "properties"));
    await expect(change([replace("tags", ["c", "d"])])).rejects.toThrow(refused(413, "tags"));
  });

  test("that makes an image larger than can be kept is 413; one that makes it smaller is not", async () => {
    const half = "x".repeat(METADATA_BYTES_MAX / 2);
    const { change, current, image } = await changing({ properties: { a: half, b: half, c: half } });
    await expect(change([add("d", "1")])).rejects.toThrow(refused(413));
    expect(await current()).toEqual(image);
    expect((await change([{ op: "remove", name: "a" }])).properties).not.toHaveProperty("a");
  });
});

describe("an upload", () => {
  const open = async (quota: number, stage: boolean) => {
    const { ports, queuedImage } = memoryService({ image_location_quota: quota });
    const { id } = await queuedImage();
    const request = { size: 5, leaseSeconds: 60, stage, multipart: true };
    return (await openTransfer(ports)(demo, id, request)).image.status;
  };

  test("is one location, and keeps to their quota; staged data is none", async () => {
    await expect(open(0, false)).rejects.toThrow(refused(413, "locations. Attempted: 1, Maximum: 0"));
    expect(await open(0, true)).toBe("uploading");
    expect(await open(1, false)).toBe("saving");
    expect(await open(-1, false)).toBe("saving");
  });
});
