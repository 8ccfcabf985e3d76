import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";
import { run } from "./command.ts";

/* Debian's glance client: each of its commands for metadata definitions, and what it has done. */

let runtime: LocalRuntime;
let admin: ImageClient;
let clients: ReturnType<typeof clientsOf>;
const used = new Set<string>();

beforeAll(async () => {
  runtime = await startRuntime();
  admin = await logIn(runtime.url, "admin");
  clients = clientsOf(runtime.home);
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

/** `glance md-…` as admin; what it printed. */
const md = async (command: string): Promise<string> => {
  used.add(command.split(" ")[0] ?? "");
  return clients.glance("admin", `md-${command}`);
};
const whole = async (namespace: string, query = ""): Promise<Record<string, unknown>> => {
  const response = await admin.fetch(`/v2/metadefs/namespaces/${namespace}${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
};
/** By name: the API shows them in no order. */
const objectsOf = async (namespace: string) =>
  Object.fromEntries(
    ((await whole(namespace)).objects as { name: string }[]).map((each) => [each.name, each]),
  );
const gone = async (path: string) =>
  expect((await admin.fetch(`/v2/metadefs/namespaces/${path}`)).status, path).toBe(404);
const tagsOf = async (namespace: string) =>
  ((await whole(namespace)).tags as { name: string }[] | undefined)?.map(({ name }) => name).sort() ?? [];

it("namespaces are created, imported, shown, listed and updated", async () => {
  await md("namespace-create --display-name Servers --description 'what servers have' --protected False NS");
  expect(await whole("NS")).toMatchObject({
    namespace: "NS",
    display_name: "Servers",
    description: "what servers have",
    visibility: "private",
    protected: false,
  });
  expect(await md("namespace-show NS")).toContain("what servers have");

  const file = join(runtime.home, "namespace.json");
  writeFileSync(
    file,
    JSON.stringify({
      namespace: "Imported",
      visibility: "public",
      resource_type_associations: [{ name: "OS::Glance::Image", prefix: "hw_" }],
      properties: { cores: { type: "integer", title: "Cores" } },
    }),
  );
  await md(`namespace-import --file ${file}`);
  expect(await whole("Imported")).toMatchObject({ properties: { cores: { title: "Cores" } } });
  expect(await md("namespace-show --resource-type OS::Glance::Image Imported")).toContain("hw_cores");

  // Both pages, though the page holds one.
  const listed = await md("namespace-list --page-size 1");
  expect([listed.includes("| NS "), listed.includes("| Imported ")]).toEqual([true, true]);
  const filtered = await md("namespace-list --resource-types OS::Glance::Image --visibility public");
  expect([filtered.includes("| NS "), filtered.includes("| Imported ")]).toEqual([false, true]);

  await md("namespace-update --namespace NS2 --display-name Others --visibility public NS");
  await gone("NS");
  expect(await whole("NS2")).toMatchObject({ display_name: "Others", visibility: "public" });
});

it("resource types are associated, listed and taken away", async () => {
  await md("resource-type-associate --name OS::Nova::Server --prefix srv_ --properties-target image NS2");
  expect((await whole("NS2")).resource_type_associations).toMatchObject([
    { name: "OS::Nova::Server", prefix: "srv_", properties_target: "image" },
  ]);
  expect(await md("namespace-resource-type-list NS2")).toContain("srv_");
  expect(await md("resource-type-list")).toContain("OS::Nova::Server");
  await md("resource-type-deassociate NS2 OS::Nova::Server");
  expect((await whole("NS2")).resource_type_associations ?? []).toEqual([]);
  expect(await md("resource-type-list")).toContain("OS::Nova::Server");
});

it("properties are created, shown, listed, updated and deleted", async () => {
  await md(`property-create --name cpu --title CPU --schema '{"type": "integer", "minimum": 1}' NS2`);
  await md(`property-create --name disk --title Disk --schema '{"type": "string"}' NS2`);
  expect((await whole("NS2")).properties).toMatchObject({
    cpu: { type: "integer", title: "CPU", minimum: 1 },
    disk: { type: "string", title: "Disk" },
  });
  expect(await md("property-show NS2 cpu")).toContain("integer");
  expect(await md("property-list NS2")).toMatch(/\| (cpu|disk) [\s\S]*\| (cpu|disk) /);
  await md("property-update --name cores --title Cores NS2 cpu");
  expect((await whole("NS2")).properties).toMatchObject({ cores: { title: "Cores", minimum: 1 } });
  await md("property-delete NS2 cores");
  expect(Object.keys((await whole("NS2")).properties as object)).toEqual(["disk"]);
  await md("namespace-properties-delete NS2");
  expect((await whole("NS2")).properties ?? {}).toEqual({});
});

it("objects are created, shown, listed, updated and deleted", async () => {
  const schema = '{"properties": {"size": {"type": "integer", "title": "Size"}}, "required": ["size"]}';
  await md(`object-create --name volume --schema '${schema}' NS2`);
  await md(`object-create --name network --schema '{"description": "a net"}' NS2`);
  expect(await objectsOf("NS2")).toMatchObject({
    volume: { required: ["size"], properties: { size: { title: "Size" } } },
    network: { description: "a net" },
  });
  expect(await md("object-show NS2 volume")).toContain("size");
  expect(await md("object-property-show NS2 volume size")).toContain("Size");
  expect(await md("object-list NS2")).toMatch(/\| (volume|network) [\s\S]*\| (volume|network) /);
  await md(`object-update --name disk --schema '{"description": "a disk"}' NS2 volume`);
  await gone("NS2/objects/volume");
  expect(await objectsOf("NS2")).toMatchObject({ disk: { description: "a disk" }, network: {} });
  await md("object-delete NS2 network");
  await gone("NS2/objects/network");
  await md("namespace-objects-delete NS2");
  expect((await whole("NS2")).objects ?? []).toEqual([]);
});

it("tags are created one by one and many at once, shown, listed, renamed and deleted", async () => {
  await md("tag-create --name red NS2");
  expect(await tagsOf("NS2")).toEqual(["red"]);
  // Its --append fails before anything is asked (python-glanceclient 4.1: a header that is no text).
  await md("tag-create-multiple --names red:blue:green --delim : NS2");
  expect(await tagsOf("NS2")).toEqual(["blue", "green", "red"]);
  expect(await md("tag-show NS2 blue")).toContain("blue");
  expect(await md("tag-list NS2")).toMatch(/blue/);
  await md("tag-update --name yellow NS2 blue");
  await md("tag-delete NS2 red");
  expect(await tagsOf("NS2")).toEqual(["green", "yellow"]);
  await md("tag-create-multiple --names one,two NS2");
  expect(await tagsOf("NS2")).toEqual(["one", "two"]);
  await md("namespace-tags-delete NS2");
  expect(await tagsOf("NS2")).toEqual([]);
});

it("what is protected stays, others than admins only look, and namespaces are deleted", async () => {
  await md("namespace-update --protected True NS2");
  expect(await clients.refused("admin", "glance md-namespace-delete NS2")).toMatch(/403|protected/);
  expect(await clients.glance("demo", "md-namespace-list")).toContain("Imported");
  expect(await clients.refused("demo", "glance md-namespace-create Theirs")).toContain("403");
  await md("namespace-update --protected False NS2");
  await md("namespace-delete NS2");
  await gone("NS2");
});

it("there is no other command", async () => {
  const { stdout } = await run("glance help", {});
  const commands = new Set([...stdout.matchAll(/^ {4}md-([a-z-]+)/gm)].map(([, command]) => command));
  expect(commands.size).toBeGreaterThan(25);
  expect(new Set(used)).toEqual(commands);
});
