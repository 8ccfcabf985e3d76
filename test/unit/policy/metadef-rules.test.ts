import { afterEach, expect, it, vi } from "vitest";
import { addTags } from "../../../shared/metadefs/operations/add-tags.ts";
import { emptyCollection } from "../../../shared/metadefs/operations/empty-collection.ts";
import { listAssociations } from "../../../shared/metadefs/operations/list-associations.ts";
import { listDefinitions } from "../../../shared/metadefs/operations/list-definitions.ts";
import { listNamespaces } from "../../../shared/metadefs/operations/list-namespaces.ts";
import { showNamespace } from "../../../shared/metadefs/operations/show-namespace.ts";
import type { MetadefRule } from "../../../shared/policy/defaults.ts";
import * as deployedPolicy from "../../../shared/policy/deployed-policy.ts";
import { parseExpression } from "../../../shared/policy/language/parse-expression.ts";
import { member, memoryCatalogue, stranger } from "../../fakes/metadefs/service.ts";

vi.mock("../../../shared/policy/deployed-policy.ts", { spy: true });

const defaults = deployedPolicy.metadefRules();
/** The defaults, with these rules instead. */
const withRules = (changed: Partial<Record<MetadefRule, string>>) => {
  const parsed = Object.entries(changed).map(([name, rule]) => [name, parseExpression(rule)]);
  const rules = { ...defaults, ...Object.fromEntries(parsed) };
  vi.mocked(deployedPolicy.metadefRules).mockImplementation(() => rules);
};
afterEach(() => {
  vi.mocked(deployedPolicy.metadefRules).mockReset();
});

const object = { name: "o", description: null, required: [], properties: [] };
const association = { name: "T", prefix: null, properties_target: null };
const newest = { limit: 25, sort_key: "created_at", sort_dir: "desc" } as const;

async function aCatalogue() {
  const catalogue = memoryCatalogue();
  const owner = member.projectId;
  const content = { objects: [object], resource_type_associations: [association], tags: [{ name: "t" }] };
  await catalogue.create("own", { owner, ...content });
  await catalogue.create("open", { owner, visibility: "public" });
  return catalogue;
}

it("opens changes to whom an operator lets make them", async () => {
  const { ports } = await aCatalogue();
  withRules({ add_metadef_tags: "role:member and project_id:%(project_id)s" });
  await addTags(ports)(member, "own", [{ name: "u" }], { append: true });
  await expect(addTags(ports)(stranger, "open", [{ name: "u" }], { append: true })).rejects.toMatchObject({
    status: 403,
  });
});

it("never opens the private namespaces of others", async () => {
  const { ports } = await aCatalogue();
  withRules({ get_metadef_namespace: "@", get_metadef_namespaces: "@" });
  await expect(showNamespace(ports)(stranger, "own")).rejects.toMatchObject({ status: 404 });
  const { entries } = await listNamespaces(ports)(stranger, newest);
  expect(entries.map(({ namespace }) => namespace)).toEqual(["open"]);
});

it("lists what the rule of a single one lets see", async () => {
  const { ports } = await aCatalogue();
  withRules({
    get_metadef_namespace: "project_id:%(project_id)s and not 'public':%(visibility)s",
    get_metadef_object: "!",
    get_metadef_resource_type: "!",
  });
  const { entries } = await listNamespaces(ports)(member, newest);
  expect(entries.map(({ namespace }) => namespace)).toEqual(["own"]);
  expect(await listDefinitions(ports)(member, "own", "objects")).toEqual([]);
  expect(await listAssociations(ports)(member, "own")).toEqual([]);
});

it("needs both rules to delete all tags, and the namespace's alone for other collections", async () => {
  const { ports } = await aCatalogue();
  withRules({ delete_metadef_namespace: "@" });
  await emptyCollection(ports)(member, "own", "objects");
  await expect(emptyCollection(ports)(member, "own", "tags")).rejects.toMatchObject({ status: 403 });
  withRules({ delete_metadef_namespace: "@", delete_metadef_tags: "@" });
  await emptyCollection(ports)(member, "own", "tags");
});

it("refuses a whole namespace where one of its parts may not be seen", async () => {
  const { ports } = await aCatalogue();
  withRules({ get_metadef_tags: "!" });
  await expect(showNamespace(ports)(member, "own")).rejects.toMatchObject({ status: 403 });
});

const schema = { type: "string", title: "T" } as const;
it.each([
  ["add_metadef_object", { objects: [object] }],
  ["add_metadef_property", { properties: [{ name: "p", schema }] }],
  ["add_metadef_tag", { tags: [{ name: "t" }] }],
  ["add_metadef_resource_type_association", { resource_type_associations: [association] }],
] as const)("asks %s for a new namespace that contains such, and for no other", async (rule, content) => {
  const { create } = memoryCatalogue();
  const open = { add_metadef_namespace: "@", add_metadef_resource_type_association: "@" } as const;
  withRules({
    ...open,
    add_metadef_object: "@",
    add_metadef_property: "@",
    add_metadef_tag: "@",
    [rule]: "!",
  });
  const all = [object, { name: "p", schema }, { name: "t" }, association] as const;
  const others = {
    ...{ objects: [all[0]], properties: [all[1]], tags: [all[2]], resource_type_associations: [all[3]] },
    ...Object.fromEntries(Object.keys(content).map((name) => [name, []])),
  };
  await create("without", others, member);
  await expect(create("with", content, member)).rejects.toMatchObject({ status: 403 });
});
