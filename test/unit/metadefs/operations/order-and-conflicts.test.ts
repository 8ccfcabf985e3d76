import { describe, expect, it } from "vitest";
import { compareNamespaces } from "../../../../shared/metadefs/domain/namespace-order.ts";
import { associate } from "../../../../shared/metadefs/operations/associate.ts";
import { deleteNamespace } from "../../../../shared/metadefs/operations/delete-namespace.ts";
import { listTags } from "../../../../shared/metadefs/operations/list-tags.ts";
import { showContradictions } from "../../../../shared/metadefs/operations/show-contradictions.ts";
import { showNamespace } from "../../../../shared/metadefs/operations/show-namespace.ts";
import { admin, memoryCatalogue } from "../../../fakes/metadefs/service.ts";

const type = (name: string) => ({ name, prefix: null, properties_target: null });

describe("a resource type", () => {
  it.each(["T", "U"])("is associated once, also where there are others: %s", async (name) => {
    const { ports, create } = memoryCatalogue();
    await create("ns", { resource_type_associations: [type("T"), type("U")] });
    await expect(associate(ports)(admin, "ns", type(name))).rejects.toMatchObject({ status: 409 });
    await associate(ports)(admin, "ns", type("V"));
    const { namespace } = await showNamespace(ports)(admin, "ns");
    expect(namespace.resource_types.map((one) => one.name)).toEqual(["T", "U", "V"]);
  });
});

describe("tags of one moment", () => {
  it.each([
    ["created_at", "asc", "b a c"],
    ["created_at", "desc", "c a b"],
    ["id", "asc", "b a c"],
    ["id", "desc", "c a b"],
    ["name", "asc", "a b c"],
  ] as const)(
    "are listed by %s, %s, in the order in which they were made",
    async (sort_key, sort_dir, expected) => {
      const { ports, create } = memoryCatalogue();
      await create("ns", { tags: ["b", "a", "c"].map((name) => ({ name })) });
      const found = await listTags(ports)(admin, "ns", { sort_key, sort_dir });
      expect(found.map(({ name }) => name).join(" ")).toBe(expected);
    },
  );
});

describe("namespaces", () => {
  it("are by id as they are by the time at which they were made", async () => {
    const { create } = memoryCatalogue();
    const first = { ...(await create("first")), id: "z" };
    const second = { ...(await create("second")), id: "a" };
    expect(compareNamespaces({ sort_key: "id", sort_dir: "asc" }, first, second)).toBeLessThan(0);
    expect(compareNamespaces({ sort_key: "id", sort_dir: "desc" }, first, second)).toBeGreaterThan(0);
  });

  it("that are protected say what they are to whoever deletes them", async () => {
    const { ports, create } = memoryCatalogue();
    await create("ns", { protected: true });
    await expect(deleteNamespace(ports)(admin, "ns")).rejects.toMatchObject({
      status: 403,
      message: expect.stringMatching(/namespace.*ns/),
    });
  });

  it("for images are read a few at a time", async () => {
    const { ports, create } = memoryCatalogue();
    for (let nth = 0; nth < 20; nth++)
      await create(`ns-${nth}`, { resource_type_associations: [type("OS::Glance::Image")] });
    let [now, most] = [0, 0];
    const read: typeof ports.namespaces.read = async (name) => {
      most = Math.max(most, ++now);
      await new Promise((done) => setImmediate(done));
      now--;
      return ports.namespaces.read(name);
    };
    const { namespaces } = await showContradictions({ ...ports, namespaces: { ...ports.namespaces, read } })(
      admin,
      {},
    );
    expect(namespaces).toHaveLength(20);
    expect(most).toBe(8);
  });
});

describe("a property that subscribers are told of", () => {
  it("is told with all that its schema says", async () => {
    const { create, told } = memoryCatalogue();
    const schema = {
      ...{ type: "array" as const, title: "T", description: "words", enum: ["a"], maxItems: 3 },
      items: { type: "string" },
    } as const;
    await create("ns", { properties: [{ name: "p", schema }] });
    expect(told().at(-1)?.payload).toMatchObject({ ...schema, minItems: null, pattern: null });
  });
});
