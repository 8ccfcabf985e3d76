import { answered, type Family, type Scene } from "../attack.ts";
import { drawnText, oddObject, oddText, oddValue } from "../drawn-text.ts";
import { oddJson } from "../odd-json.ts";
import { type Outcome, written } from "../wire.ts";

/** The namespace that admins attack; the bystander's nobody may change. */
const VICTIM = "victim";
const base = "/v2/metadefs/namespaces";

const property = { type: "string", title: "t", enum: ["a"], items: { type: "string" }, minimum: 1 };
const object = { name: "o", required: ["p"], properties: { p: property } };
const association = { name: "T", prefix: "p_", properties_target: "image" };
const namespace = {
  namespace: VICTIM,
  visibility: "public",
  protected: false,
  owner: "x",
  objects: [object],
  properties: { p: property },
  tags: [{ name: "t" }],
  resource_type_associations: [association],
};

/** What can be asked of a namespace and what is in it, with a body as it should be. */
const collections = [
  ["objects", object],
  ["properties", { name: "p", ...property }],
  ["tags", { tags: [{ name: "t" }] }],
  ["resource_types", association],
] as const;

const names = [
  ...["namespace", "name", "type", "title", "properties", "objects", "tags", "required", "enum", "items"],
  ...["default", "minimum", "maxLength", "pattern", "prefix", "owner", "protected", "self", "operators"],
];

/** The same with another value somewhere in it, or another member. */
function mutated({ random }: Scene, value: unknown): unknown {
  if (random.below(5) === 0 || typeof value !== "object" || value === null) return oddValue(random, 2);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    return [...value.slice(0, at), mutated({ random } as Scene, value[at]), ...value.slice(at + 1)];
  }
  const entries = Object.entries(value);
  const kind = random.below(4);
  if (kind === 0) return Object.fromEntries([...entries, ...Object.entries(oddObject(random, 2, names))]);
  if (kind === 1) return Object.fromEntries(entries.filter(() => random.below(4) > 0));
  const at = random.below(entries.length);
  return Object.fromEntries(
    entries.map(([name, inner], place) => [name, place === at ? mutated({ random } as Scene, inner) : inner]),
  );
}

function drawnName({ random }: Scene): string {
  const kind = random.below(4);
  if (kind === 0) return encodeURIComponent(oddText(random).toWellFormed()).slice(0, 3000);
  return kind === 1
    ? encodeURIComponent(drawnText(random).toWellFormed())
    : random.pick(["o", "p", "t", "T", "x".repeat(81)]);
}

function drawnQuery({ random }: Scene): string {
  const pairs = Array.from({ length: random.below(4) }, () => {
    const name = random.pick([
      "limit",
      "marker",
      "sort_key",
      "sort_dir",
      "visibility",
      "resource_type",
      "resource_types",
    ]);
    const value = random.below(2)
      ? random.pick(["-1", "0", "1e9", "99999999999999999999", "asc", "public", "id", "T", ",,,"])
      : oddText(random).slice(0, 2000);
    return `${name}=${encodeURIComponent(value.toWellFormed())}`;
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function drawnRequest(scene: Scene, ownNamespace: string) {
  const { random } = scene;
  const [collection, usual] = random.pick(collections);
  const whole = `${base}/${random.below(5) > 0 ? ownNamespace : drawnName(scene)}`;
  const [path, body] = random.pick([
    [base, namespace],
    [whole, namespace],
    [`${whole}/${collection}`, usual],
    [`${whole}/${collection}`, usual],
    [`${whole}/${collection}/${drawnName(scene)}`, usual],
    ["/v2/metadefs/resource_types", {}],
  ] as const);
  const method = random.pick(["GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD"]);
  const text = JSON.stringify(random.below(4) > 0 ? mutated(scene, body) : body) ?? "";
  const bytes = random.below(6) > 0 ? Buffer.from(text) : oddJson(scene, text);
  const isBodiless = method === "GET" || method === "HEAD" || (method === "DELETE" && random.below(8) > 0);
  return { method, path: `${path}${drawnQuery(scene)}`, body: isBodiless ? undefined : bytes };
}

/** What was created can be shown, listed and deleted; then the victim is as before. */
async function catalogueFaults({ world }: Scene, path: string, { answers }: Outcome): Promise<string[]> {
  const { definer } = world;
  const faults: string[] = [];
  const read = async (target: string) => {
    const answer = await definer.fetch(target);
    if (answer.status !== 200) faults.push(`${target} is answered ${answer.status}`);
    return answer.status === 200 ? ((await answer.json()) as Record<string, unknown>) : {};
  };
  const made = answers[0]?.status === 201 && path.split("?")[0] === base;
  if (made) {
    const { self, namespace: name } = JSON.parse(String(answers[0]?.body)) as Record<string, string>;
    const shown = await read(String(self));
    if (shown.namespace !== name)
      faults.push(`${self} shows ${JSON.stringify(shown.namespace)}, not ${name}`);
  }
  const { namespaces = [] } = (await read(`${base}?limit=1000`)) as {
    namespaces?: { namespace: string; self: string }[];
  };
  for (const { namespace: name, self } of namespaces) {
    if (name === "bystander") continue;
    await read(self);
    for (const [collection] of collections) await read(`${self}/${collection}`);
    if (name === VICTIM) continue;
    await definer.fetch(self, { method: "PUT", body: JSON.stringify({ namespace: name }) });
    const gone = await definer.fetch(self, { method: "DELETE" });
    if (gone.status !== 204) faults.push(`a deletion of ${self} is answered ${gone.status}`);
  }
  return faults;
}

/** Calls of the metadata definitions: by admins with odd bodies, by others against what they may not touch. */
export const metadefs: Family = {
  name: "metadefs",
  draw: async (scene) => {
    const { random, world, attacker } = scene;
    const door = random.pick(["ingress", "gateway"] as const);
    const isAdmin = random.below(3) > 0;
    const client = isAdmin ? world.definer : attacker.client;
    if (isAdmin && random.below(4) === 0)
      await client.fetch(base, { method: "POST", body: JSON.stringify(namespace) });
    const { method, path, body } = drawnRequest(scene, isAdmin ? VICTIM : "bystander");
    const request = {
      method,
      target: world.target(door, path),
      headers: [["X-Auth-Token", client.token]] as const,
      ...(body && { body }),
    };
    return {
      what: `${method} ${path.slice(0, 600)} ${body?.toString("utf8").slice(0, 400) ?? ""}`,
      door,
      method,
      pieces: [written(request)],
      mayBeCut: true,
      allowed: answered,
      after: (outcome) => (isAdmin ? catalogueFaults(scene, path, outcome) : Promise.resolve([])),
    };
  },
};
