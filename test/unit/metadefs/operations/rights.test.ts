import { describe, expect, it } from "vitest";
import type { Caller } from "../../../../shared/caller.ts";
import { GlanceError } from "../../../../shared/errors.ts";
import type { NamespaceVisibility } from "../../../../shared/metadefs/domain/namespace.ts";
import { addDefinition } from "../../../../shared/metadefs/operations/add-definition.ts";
import { addTags } from "../../../../shared/metadefs/operations/add-tags.ts";
import { associate } from "../../../../shared/metadefs/operations/associate.ts";
import { createNamespace } from "../../../../shared/metadefs/operations/create-namespace.ts";
import { deleteNamespace } from "../../../../shared/metadefs/operations/delete-namespace.ts";
import { dissociate } from "../../../../shared/metadefs/operations/dissociate.ts";
import { emptyCollection } from "../../../../shared/metadefs/operations/empty-collection.ts";
import { listAssociations } from "../../../../shared/metadefs/operations/list-associations.ts";
import { listDefinitions } from "../../../../shared/metadefs/operations/list-definitions.ts";
import { listNamespaces } from "../../../../shared/metadefs/operations/list-namespaces.ts";
import { listResourceTypes } from "../../../../shared/metadefs/operations/list-resource-types.ts";
import { listTags } from "../../../../shared/metadefs/operations/list-tags.ts";
import { removeDefinition } from "../../../../shared/metadefs/operations/remove-definition.ts";
import { showDefinition } from "../../../../shared/metadefs/operations/show-definition.ts";
import { showNamespace } from "../../../../shared/metadefs/operations/show-namespace.ts";
import { showProperty } from "../../../../shared/metadefs/operations/show-property.ts";
import { updateDefinition } from "../../../../shared/metadefs/operations/update-definition.ts";
import { updateNamespace } from "../../../../shared/metadefs/operations/update-namespace.ts";
import {
  admin,
  member,
  memoryCatalogue,
  newNamespace,
  nobody,
  reader,
  stranger,
} from "../../../fakes/metadefs/service.ts";

type Ports = ReturnType<typeof memoryCatalogue>["ports"];
type Ask = (ports: Ports, caller: Caller) => Promise<unknown>;

const schema = { type: "string", title: "A title" } as const;
const object = { name: "o", description: null, required: [], properties: [] };
const property = { name: "p", schema };
const tag = { name: "t" };
const association = { name: "OS::Glance::Image", prefix: "hw_", properties_target: null };
const inOrder = { sort_key: "created_at", sort_dir: "desc" } as const;

/** Everything that only looks at a namespace. */
const reads: Readonly<Record<string, Ask>> = {
  showNamespace: (ports, caller) => showNamespace(ports)(caller, "ns"),
  listObjects: (ports, caller) => listDefinitions(ports)(caller, "ns", "objects"),
  listProperties: (ports, caller) => listDefinitions(ports)(caller, "ns", "properties"),
  listTags: (ports, caller) => listTags(ports)(caller, "ns", inOrder),
  showObject: (ports, caller) => showDefinition(ports)(caller, "ns", "objects", "o"),
  showProperty: (ports, caller) => showProperty(ports)(caller, "ns", "p"),
  showPrefixedProperty: (ports, caller) => showProperty(ports)(caller, "ns", "hw_p", association.name),
  showTag: (ports, caller) => showDefinition(ports)(caller, "ns", "tags", "t"),
  listAssociations: (ports, caller) => listAssociations(ports)(caller, "ns"),
};

/** Everything that changes one, and that `protected` does not hinder. */
const changes: Readonly<Record<string, Ask>> = {
  updateNamespace: (ports, caller) => updateNamespace(ports)(caller, "ns", newNamespace("ns")),
  addObject: (ports, caller) => addDefinition(ports)(caller, "ns", "objects", { ...object, name: "other" }),
  addProperty: (ports, caller) =>
    addDefinition(ports)(caller, "ns", "properties", { ...property, name: "other" }),
  addTag: (ports, caller) => addDefinition(ports)(caller, "ns", "tags", { name: "other" }),
  addTags: (ports, caller) => addTags(ports)(caller, "ns", [{ name: "other" }], { append: true }),
  noTags: (ports, caller) => addTags(ports)(caller, "ns", [], { append: false }),
  replaceTags: (ports, caller) => addTags(ports)(caller, "ns", [tag], { append: false }),
  updateObject: (ports, caller) =>
    updateDefinition(ports)(caller, { namespace: "ns", name: "o" }, "objects", object),
  updateProperty: (ports, caller) =>
    updateDefinition(ports)(caller, { namespace: "ns", name: "p" }, "properties", property),
  updateTag: (ports, caller) =>
    updateDefinition(ports)(caller, { namespace: "ns", name: "t" }, "tags", { name: "renamed" }),
  associate: (ports, caller) => associate(ports)(caller, "ns", { ...association, name: "OS::Nova::Flavor" }),
};

/** Everything that `protected` hinders. */
const deletions: Readonly<Record<string, Ask>> = {
  deleteNamespace: (ports, caller) => deleteNamespace(ports)(caller, "ns"),
  emptyObjects: (ports, caller) => emptyCollection(ports)(caller, "ns", "objects"),
  emptyProperties: (ports, caller) => emptyCollection(ports)(caller, "ns", "properties"),
  emptyTags: (ports, caller) => emptyCollection(ports)(caller, "ns", "tags"),
  removeObject: (ports, caller) => removeDefinition(ports)(caller, "ns", "objects", "o"),
  removeProperty: (ports, caller) => removeDefinition(ports)(caller, "ns", "properties", "p"),
  removeTag: (ports, caller) => removeDefinition(ports)(caller, "ns", "tags", "t"),
  dissociate: (ports, caller) => dissociate(ports)(caller, "ns", association.name),
};

const callers = { admin, member, reader, stranger, nobody } as const;
type Name = keyof typeof callers;

/** The status of what was asked; 200 for any success. */
const outcome = (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 200,
    (error: unknown) => {
      if (error instanceof GlanceError) return error.status;
      throw error;
    },
  );

async function outcomes(
  asks: Readonly<Record<string, Ask>>,
  caller: Caller,
  namespace: { readonly visibility: NamespaceVisibility; readonly protected: boolean },
) {
  const found: Record<string, number> = {};
  for (const [name, ask] of Object.entries(asks)) {
    const { ports, create } = memoryCatalogue();
    await create("ns", {
      ...namespace,
      owner: member.projectId,
      objects: [object],
      properties: [property],
      tags: [tag],
      resource_type_associations: [association],
    });
    found[name] = await outcome(ask(ports, caller));
  }
  return found;
}
const all = (asks: Readonly<Record<string, Ask>>, status: number) =>
  Object.fromEntries(Object.keys(asks).map((name) => [name, status]));

// Who sees what (docs/reference/metadefs-api.md, "Who may do what"); the namespace is that of the project `demo`.
const sees: Readonly<Record<NamespaceVisibility, readonly Name[]>> = {
  public: ["admin", "member", "reader", "stranger"],
  private: ["admin", "member", "reader"],
};

describe.each(["public", "private"] as const)("a %s namespace", (visibility) => {
  describe.each(Object.keys(callers) as Name[])("to %s", (name) => {
    const caller = callers[name];
    const isSeen = sees[visibility].includes(name);
    const changed = name === "admin" ? 200 : isSeen ? 403 : 404;

    it.each([false, true])("with protected=%s", async (isProtected) => {
      const namespace = { visibility, protected: isProtected };
      expect(await outcomes(reads, caller, namespace)).toEqual(all(reads, isSeen ? 200 : 404));
      expect(await outcomes(changes, caller, namespace)).toEqual(all(changes, changed));
      const deleted = isProtected && changed === 200 ? 403 : changed;
      expect(await outcomes(deletions, caller, namespace)).toEqual(all(deletions, deleted));
    });
  });
});

describe("what is about no namespace in particular", () => {
  const query = { limit: 25, ...inOrder };
  it.each(Object.keys(callers) as Name[])("for %s", async (name) => {
    const { ports } = memoryCatalogue();
    const caller = callers[name];
    const isKnown = name !== "nobody";
    expect(await outcome(listNamespaces(ports)(caller, query))).toBe(isKnown ? 200 : 404);
    expect(await outcome(listResourceTypes(ports)(caller))).toBe(isKnown ? 200 : 404);
    const made = name === "admin" ? 200 : isKnown ? 403 : 404;
    expect(await outcome(createNamespace(ports)(caller, newNamespace("new")))).toBe(made);
  });

  it("is refused to tokens of another scope than a project", async () => {
    const { ports } = memoryCatalogue();
    const system: Caller = { ...admin, projectId: "", scope: "system" };
    expect(await outcome(listNamespaces(ports)(system, query))).toBe(404);
    expect(await outcome(createNamespace(ports)(system, newNamespace("new")))).toBe(404);
  });
});
