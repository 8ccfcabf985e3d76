import fc from "fast-check";
import { expect, it } from "vitest";
import type { Caller } from "../../../../shared/caller.ts";
import { GlanceError } from "../../../../shared/errors.ts";
import { type Collection, collections } from "../../../../shared/metadefs/domain/definitions.ts";
import { addDefinition } from "../../../../shared/metadefs/operations/add-definition.ts";
import { addTags } from "../../../../shared/metadefs/operations/add-tags.ts";
import { associate } from "../../../../shared/metadefs/operations/associate.ts";
import { createNamespace } from "../../../../shared/metadefs/operations/create-namespace.ts";
import type { NewDefinition } from "../../../../shared/metadefs/operations/dated-definition.ts";
import { deleteNamespace } from "../../../../shared/metadefs/operations/delete-namespace.ts";
import { dissociate } from "../../../../shared/metadefs/operations/dissociate.ts";
import { emptyCollection } from "../../../../shared/metadefs/operations/empty-collection.ts";
import { listResourceTypes } from "../../../../shared/metadefs/operations/list-resource-types.ts";
import { removeDefinition } from "../../../../shared/metadefs/operations/remove-definition.ts";
import { showNamespace } from "../../../../shared/metadefs/operations/show-namespace.ts";
import { updateDefinition } from "../../../../shared/metadefs/operations/update-definition.ts";
import { updateNamespace } from "../../../../shared/metadefs/operations/update-namespace.ts";
import { admin, member, memoryCatalogue, newNamespace, stranger } from "../../../fakes/metadefs/service.ts";
import { CatalogueModel, type ModelBase, type ModelCaller, Refused } from "./catalogue-model.ts";

/* Operations drawn at random, each done here and by the model: the same outcome, and then the same catalogue. */

const callers = [admin, admin, admin, admin, member, stranger] as const;
const few = fc.constantFrom("x", "y", "__proto__");
const namespace = fc.constantFrom("a", "b", "constructor");
const word = fc.constantFrom("one", "two");
const type = fc.constantFrom("T", "U");

const move = fc.record({
  kind: fc.constantFrom(
    ...["create", "create", "update", "delete", "empty", "put", "put", "replace", "replace"],
    ...["remove", "tag", "tag", "associate", "dissociate", "show"],
  ),
  caller: fc.constantFrom(...callers),
  name: namespace,
  base: fc.record({
    name: namespace,
    word,
    isPublic: fc.boolean(),
    isProtected: fc.boolean(),
    owner: fc.constantFrom(undefined, member.projectId),
  }),
  collection: fc.constantFrom(...collections),
  entry: few,
  next: fc.record({ name: few, word }),
  tags: fc.array(few, { maxLength: 3 }),
  append: fc.boolean(),
  type,
});
type Move = typeof move extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const definitionOf = ({ name, word: title }: { readonly name: string; readonly word: string }) =>
  ({
    objects: { name, description: title, required: [], properties: [] },
    properties: { name, schema: { type: "string", title } },
    tags: { name },
  }) as const satisfies { readonly [Kind in Collection]: NewDefinition<Kind> };

const baseOf = ({ name, word: description, isPublic, isProtected, owner }: ModelBase) => ({
  ...newNamespace(name),
  description,
  visibility: isPublic ? ("public" as const) : ("private" as const),
  protected: isProtected,
  ...(owner !== undefined && { owner }),
});

const asModel = (caller: Caller): ModelCaller => ({
  project: caller.projectId,
  isAdmin: caller === admin,
});
const associationTo = (name: string) => ({ name, prefix: null, properties_target: null });

function real({ ports }: ReturnType<typeof memoryCatalogue>, drawn: Move): Promise<unknown> {
  const { caller, name, base, collection, entry, next, tags, append } = drawn;
  const wanted = definitionOf(next)[collection];
  const place = { namespace: name, name: entry };
  const named = tags.map((tag) => ({ name: tag }));
  switch (drawn.kind) {
    case "create": {
      const content = { tags: named, resource_type_associations: [associationTo(drawn.type)] };
      return createNamespace(ports)(caller, { ...baseOf(base), ...content });
    }
    case "update":
      return updateNamespace(ports)(caller, name, baseOf(base));
    case "delete":
      return deleteNamespace(ports)(caller, name);
    case "empty":
      return emptyCollection(ports)(caller, name, collection);
    case "put":
      return addDefinition(ports)(caller, name, collection, wanted);
    case "replace":
      return updateDefinition(ports)(caller, place, collection, wanted);
    case "remove":
      return removeDefinition(ports)(caller, name, collection, entry);
    case "tag":
      return addTags(ports)(caller, name, named, { append });
    case "associate":
      return associate(ports)(caller, name, associationTo(drawn.type));
    case "dissociate":
      return dissociate(ports)(caller, name, drawn.type);
    default:
      return showNamespace(ports)(caller, name);
  }
}

function modelled(model: CatalogueModel, drawn: Move): unknown {
  const { name, base, collection, entry, next, tags, append } = drawn;
  const caller = asModel(drawn.caller);
  const told = { ...next, word: collection === "tags" ? "" : next.word };
  switch (drawn.kind) {
    case "create":
      return model.create(caller, base, tags, [drawn.type]);
    case "update":
      return model.update(caller, name, base);
    case "delete":
      return model.delete(caller, name);
    case "empty":
      return model.empty(caller, name, collection);
    case "put":
      return model.put(caller, name, collection, told);
    case "replace":
      return model.replace(caller, { namespace: name, name: entry }, collection, told);
    case "remove":
      return model.remove(caller, name, collection, entry);
    case "tag":
      return model.tag(caller, name, tags, append);
    case "associate":
      return model.associate(caller, name, drawn.type);
    case "dissociate":
      return model.dissociate(caller, name, drawn.type);
    default:
      return model.show(caller, name);
  }
}

/** The status of a refusal; 200 for any success. */
async function statusOf(act: () => unknown): Promise<number> {
  try {
    await act();
    return 200;
  } catch (error) {
    if (error instanceof GlanceError || error instanceof Refused) return error.status;
    throw error;
  }
}

/** All that there is, in the words of the model. */
async function stateOf({ ports }: ReturnType<typeof memoryCatalogue>, names: readonly string[]) {
  const found = [];
  for (const name of names) {
    const { namespace: of, content } = await showNamespace(ports)(admin, name);
    found.push({
      name: of.namespace,
      word: of.description,
      isPublic: of.visibility === "public",
      isProtected: of.protected,
      owner: of.owner,
      associations: of.resource_types.map((association) => association.name),
      objects: content.objects.map((object) => [object.name, object.description]),
      properties: content.properties.map((property) => [property.name, property.schema.title]),
      tags: content.tags.map((tag) => [tag.name, ""]),
    });
  }
  const types = await listResourceTypes(ports)(admin);
  return { found, types: types.map((each) => each.name) };
}

const stateOfModel = ({ namespaces, types }: CatalogueModel) => ({
  found: [...namespaces].map(([name, { associations, content, ...base }]) => ({
    name,
    ...base,
    associations: [...associations],
    objects: [...content.objects],
    properties: [...content.properties],
    tags: [...content.tags],
  })),
  types: [...types].sort(),
});

it("does what the model does, whatever is asked in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 40, size: "max" }), async (moves) => {
      const catalogue = memoryCatalogue();
      const model = new CatalogueModel();
      for (const drawn of moves) {
        const expected = await statusOf(() => modelled(model, drawn));
        expect(await statusOf(() => real(catalogue, drawn)), JSON.stringify(drawn)).toBe(expected);
        expect(await stateOf(catalogue, [...model.namespaces.keys()])).toEqual(stateOfModel(model));
      }
    }),
    { numRuns: 100 },
  );
});
