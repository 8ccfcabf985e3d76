import { describe, expect, it } from "vitest";
import type { Namespace } from "../../../../shared/metadefs/domain/namespace.ts";
import { addDefinition } from "../../../../shared/metadefs/operations/add-definition.ts";
import { addTags } from "../../../../shared/metadefs/operations/add-tags.ts";
import { associate } from "../../../../shared/metadefs/operations/associate.ts";
import { deleteNamespace } from "../../../../shared/metadefs/operations/delete-namespace.ts";
import { listDefinitions } from "../../../../shared/metadefs/operations/list-definitions.ts";
import { showDefinition } from "../../../../shared/metadefs/operations/show-definition.ts";
import { updateNamespace } from "../../../../shared/metadefs/operations/update-namespace.ts";
import type { NamespaceStore } from "../../../../shared/metadefs/ports/namespace-store.ts";
import { admin, memoryCatalogue, newNamespace } from "../../../fakes/metadefs/service.ts";

type Ports = ReturnType<typeof memoryCatalogue>["ports"];

/** The store, where others do something between the first `times` look-ups and what follows them. */
function disturbed(ports: Ports, others: () => Promise<unknown>, times = 1): Ports {
  let left = times;
  const find = async (name: string): Promise<Namespace | undefined> => {
    const found = await ports.namespaces.find(name);
    if (left-- > 0) await others();
    return found;
  };
  const namespaces: NamespaceStore = { ...ports.namespaces, find };
  return { ...ports, namespaces };
}

describe("a change that lost a race", () => {
  it("is made of what the other one left: both survive", async () => {
    const { create, ports } = memoryCatalogue();
    await create("ns");
    let made = 0;
    const others = () => addDefinition(ports)(admin, "ns", "tags", { name: `other-${made++}` });
    await addDefinition(disturbed(ports, others, 3))(admin, "ns", "tags", { name: "mine" });
    const names = (await listDefinitions(ports)(admin, "ns", "tags")).map(({ name }) => name);
    expect(names).toEqual(["other-0", "other-1", "other-2", "mine"]);
  });

  it("meets what the other one did: the same association is refused, a deleted namespace is not found", async () => {
    const { create, ports } = memoryCatalogue();
    await create("ns");
    const type = { name: "OS::Glance::Image", prefix: null, properties_target: null };
    const twice = disturbed(ports, () => associate(ports)(admin, "ns", type));
    await expect(associate(twice)(admin, "ns", type)).rejects.toMatchObject({ status: 409 });
    const gone = disturbed(ports, () => deleteNamespace(ports)(admin, "ns"));
    await expect(addDefinition(gone)(admin, "ns", "tags", { name: "mine" })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("ends with 409 when others are always faster", async () => {
    const { create, ports } = memoryCatalogue();
    await create("ns");
    const others = () => updateNamespace(ports)(admin, "ns", newNamespace("ns"));
    const always = disturbed(ports, others, Number.POSITIVE_INFINITY);
    await expect(addDefinition(always)(admin, "ns", "tags", { name: "mine" })).rejects.toMatchObject({
      status: 409,
    });
    expect(await listDefinitions(ports)(admin, "ns", "tags")).toEqual([]);
  });
});

describe("a look at one definition", () => {
  // What a store answers for a namespace of before, whose collection was replaced since.
  const forgetful = (ports: Ports, others: () => Promise<unknown>): Ports => {
    const between = disturbed(ports, others);
    const definition: NamespaceStore["definition"] = async (namespace, collection, name) => {
      const now = await ports.namespaces.find(namespace.namespace);
      if (now?.revision !== namespace.revision) return undefined;
      return ports.namespaces.definition(namespace, collection, name);
    };
    return { ...between, namespaces: { ...between.namespaces, definition } };
  };

  it("finds a tag that is there all the time, while others replace all tags", async () => {
    const { create, ports } = memoryCatalogue();
    await create("ns", { tags: [{ name: "t" }] });
    const replace = () => addTags(ports)(admin, "ns", [{ name: "t" }, { name: "u" }], { append: false });
    expect(await showDefinition(forgetful(ports, replace))(admin, "ns", "tags", "t")).toMatchObject({
      name: "t",
    });
  });

  it("does not find one that was never there", async () => {
    const { create, ports } = memoryCatalogue();
    await create("ns");
    await expect(showDefinition(ports)(admin, "ns", "tags", "t")).rejects.toMatchObject({ status: 404 });
  });
});
