import { describe, expect, it } from "vitest";
import { addDefinition } from "../../../../shared/metadefs/operations/add-definition.ts";
import { addTags } from "../../../../shared/metadefs/operations/add-tags.ts";
import { associate } from "../../../../shared/metadefs/operations/associate.ts";
import { deleteNamespace } from "../../../../shared/metadefs/operations/delete-namespace.ts";
import { dissociate } from "../../../../shared/metadefs/operations/dissociate.ts";
import { emptyCollection } from "../../../../shared/metadefs/operations/empty-collection.ts";
import { removeDefinition } from "../../../../shared/metadefs/operations/remove-definition.ts";
import { updateDefinition } from "../../../../shared/metadefs/operations/update-definition.ts";
import { updateNamespace } from "../../../../shared/metadefs/operations/update-namespace.ts";
import type { Notification } from "../../../../shared/notifications/domain/notification.ts";
import { admin, memoryCatalogue, newNamespace } from "../../../fakes/metadefs/service.ts";

const schema = { type: "integer", title: "A title", minimum: 0, items: { type: "string" } } as const;
const object = { name: "o", description: "words", required: ["p"], properties: [["p", schema] as const] };
const association = { name: "OS::Glance::Image", prefix: "hw_", properties_target: null };

const brief = (events: readonly Notification[]) =>
  events.map(({ event_type, payload }) => [event_type, (payload as Record<string, unknown>).name]);
const payloadsOf = (events: readonly Notification[]) =>
  events.map(({ payload }) => payload as Record<string, unknown>);
const keysOf = (payload: Record<string, unknown> | undefined) => Object.keys(payload ?? {}).sort();
const words = (text: string) => text.split(" ").sort();

// Keys of glance/notifier.py (docs/reference/metadefs-api.md, "Notifications").
const schemaKeys =
  "type title description default minimum maximum enum pattern minLength maxLength confidential items uniqueItems minItems maxItems additionalItems";

describe("what subscribers are told", () => {
  it("of a new namespace, and of all that it contains in the order in which Glance makes it", async () => {
    const { create, told, hints } = memoryCatalogue();
    const { id } = await create("ns", {
      objects: [object],
      properties: [{ name: "p", schema }],
      tags: [{ name: "t" }, { name: "u" }],
      resource_type_associations: [association],
    });
    const events = told();
    expect(brief(events)).toEqual([
      ["metadef_namespace.create", undefined],
      ["metadef_resource_type.create", "OS::Glance::Image"],
      ["metadef_object.create", "o"],
      ["metadef_tag.create", "t"],
      ["metadef_tag.create", "u"],
      ["metadef_property.create", "p"],
    ]);
    expect(hints).toEqual([{ subject: id }]);
    const [namespace, type, made, tag, , property] = payloadsOf(events);
    expect(keysOf(namespace)).toEqual(
      words(
        "namespace namespace_old display_name protected visibility owner description created_at updated_at deleted deleted_at",
      ),
    );
    expect(keysOf(type)).toEqual(
      words("namespace name name_old prefix properties_target created_at updated_at deleted deleted_at"),
    );
    expect(keysOf(made)).toEqual(
      words(
        "namespace name name_old properties required description created_at updated_at deleted deleted_at",
      ),
    );
    expect(keysOf(tag)).toEqual(words("namespace name name_old created_at updated_at deleted deleted_at"));
    expect(keysOf(property)).toEqual(words(`namespace name name_old ${schemaKeys} deleted deleted_at`));
    const [inObject] = (made?.properties ?? []) as readonly Record<string, unknown>[];
    expect(keysOf(inObject)).toEqual(words(`name ${schemaKeys}`));
    expect(inObject).toMatchObject({ name: "p", minimum: 0, maximum: null, items: { type: "string" } });
    expect(namespace).toMatchObject({
      owner: admin.projectId,
      created_at: expect.stringMatching(/^2026-01-01T00:00:0\dZ$/),
      deleted: false,
      deleted_at: null,
    });
  });

  it("of changes, with the name of before", async () => {
    const { create, told, ports } = memoryCatalogue();
    await create("ns", { objects: [object], tags: [{ name: "t" }] });
    told();
    await updateNamespace(ports)(admin, "ns", newNamespace("renamed"));
    await updateDefinition(ports)(admin, { namespace: "renamed", name: "o" }, "objects", {
      ...object,
      name: "other",
    });
    await updateDefinition(ports)(admin, { namespace: "renamed", name: "t" }, "tags", { name: "t" });
    expect(told()).toMatchObject([
      {
        event_type: "metadef_namespace.update",
        payload: { namespace: "renamed", namespace_old: "ns" },
      },
      {
        event_type: "metadef_object.update",
        payload: { namespace: "renamed", name: "other", name_old: "o" },
      },
      { event_type: "metadef_tag.update", payload: { name: "t", name_old: "t" } },
    ]);
  });

  it("of tags that take the place of others, by their creation alone", async () => {
    const { create, told, ports } = memoryCatalogue();
    await create("ns", { tags: [{ name: "t" }] });
    told();
    await addTags(ports)(admin, "ns", [{ name: "u" }, { name: "v" }], { append: false });
    await addTags(ports)(admin, "ns", [], { append: false });
    expect(brief(told())).toEqual([
      ["metadef_tag.create", "u"],
      ["metadef_tag.create", "v"],
    ]);
  });

  it("of deletions, of a whole namespace in one word", async () => {
    const { create, told, ports } = memoryCatalogue();
    await create("ns", {
      objects: [object],
      tags: [{ name: "t" }],
      resource_type_associations: [association],
    });
    await associate(ports)(admin, "ns", { ...association, name: "OS::Nova::Flavor" });
    told();
    await dissociate(ports)(admin, "ns", "OS::Nova::Flavor");
    await removeDefinition(ports)(admin, "ns", "objects", "o");
    for (const collection of ["objects", "properties", "tags"] as const)
      await emptyCollection(ports)(admin, "ns", collection);
    await deleteNamespace(ports)(admin, "ns");
    const events = told();
    expect(brief(events)).toEqual([
      ["metadef_resource_type.delete", "OS::Nova::Flavor"],
      ["metadef_object.delete", "o"],
      ["metadef_namespace.delete_objects", undefined],
      ["metadef_namespace.delete_properties", undefined],
      ["metadef_namespace.delete_tags", undefined],
      ["metadef_namespace.delete", undefined],
    ]);
    expect(payloadsOf(events).map(({ deleted }) => deleted)).toEqual([true, true, false, false, false, true]);
    expect(payloadsOf(events).at(-1)).toMatchObject({ deleted_at: expect.stringMatching(/Z$/) });
  });

  it("nothing of what is disabled, by a group or by its whole name", async () => {
    const { create, told, ports, hints } = memoryCatalogue(["metadef_tag", "metadef_namespace.update"]);
    await create("ns", { tags: [{ name: "t" }], objects: [object] });
    expect(brief(told()).map(([type]) => type)).toEqual([
      "metadef_namespace.create",
      "metadef_object.create",
    ]);
    hints.length = 0;
    await updateNamespace(ports)(admin, "ns", newNamespace("ns"));
    await addDefinition(ports)(admin, "ns", "tags", { name: "u" });
    expect(told()).toEqual([]);
    expect(hints).toEqual([]);
  });

  it("of a very large object without what does not fit, and says so", async () => {
    const { create, told, ports } = memoryCatalogue();
    await create("ns");
    told();
    const wide = Array.from({ length: 1000 }, (_, n) => [`p${n}`, { type: "string", title: "t" }] as const);
    await addDefinition(ports)(admin, "ns", "objects", { ...object, properties: wide });
    const [event] = told();
    expect(event).toMatchObject({ truncated: ["properties"], payload: { name: "o", properties: [] } });
  });
});
