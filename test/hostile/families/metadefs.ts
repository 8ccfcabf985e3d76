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
function mutated(scene: Scene, value: unknown): unknown {
  const { random } = scene;
  if (random.below(5) === 0 || typeof value !== "object" || value === null) return oddValue(random, 2);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    return [...value.slice(0, at), mutated(scene, value[at]), ...value.slice(at + 1)];
  }
  const entries = Object.entries(value);
  const kind = random.below(4);
  if (kind === 0) return Object.fromEntries([...entries, ...Object.entries(oddObject(random, 2, names))]);
  if (kind === 1) return Object.fromEntries(entries.filter(() => random.below(4) > 0));
  const at = random.below(entries.length);
  return Object.fromEntries(
    entries.map(([name, inner], place) => [name, place === at ? mutated(scene, inner) : inner]),
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

const any = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"] as const;

function drawnRequest(scene: Scene, ownNamespace: string) {
  const { random } = scene;
  const [collection, usual] = random.pick(collections);
  const whole = `${base}/${random.below(5) > 0 ? ownNamespace : drawnName(scene)}`;
  const one = `${whole}/${collection}/${drawnName(scene)}`;
  const [path, body, methods] = random.pick([
    [base, namespace, ["GET", "POST", "POST", "POST"]],
    [whole, namespace, ["GET", "PUT", "PUT", "DELETE"]],
    [`${whole}/${collection}`, usual, ["GET", "POST", "POST", "POST", "DELETE"]],
    [one, collection === "tags" ? { name: "t" } : usual, ["GET", "PUT", "PUT", "POST", "DELETE"]],
    ["/v2/metadefs/resource_types", {}, ["GET"]],
  ] as const);
  const method: string = random.pick(random.below(12) > 0 ? methods : any);
  const text = JSON.stringify(random.below(4) > 0 ? mutated(scene, body) : body) ?? "";
  const bytes = random.below(6) > 0 ? Buffer.from(text) : oddJson(scene, text);
  const isBodiless = method === "GET" || method === "HEAD" || (method === "DELETE" && random.below(8) > 0);
  return { method, path: `${path}${drawnQuery(scene)}`, body: isBodiless ? undefined : bytes };
}

/**
 * After a success all of the namespace can be shown; one that was made has its name, and can be deleted. Other attacks
 * may delete it meanwhile.
 */
async function namespaceFaults({ world }: Scene, { answers }: Outcome): Promise<string[]> {
  const { definer } = world;
  const faults: string[] = [];
  const [answer] = answers;
  if ((answer?.status ?? 500) >= 300) return faults;
  const read = async (target: string) => {
    const shown = await definer.fetch(target);
    if (![200, 404].includes(shown.status)) faults.push(`${target} is answered ${shown.status}`);
    return shown.status === 200 ? ((await shown.json()) as Record<string, unknown>) : undefined;
  };
  const document = answer?.status === 201 ? (JSON.parse(String(answer.body)) as Record<string, unknown>) : {};
  const isMade = typeof document.namespace === "string";
  const self = isMade ? String(document.self) : `${base}/${VICTIM}`;
  const shown = await read(self);
  if (isMade && shown && shown.namespace !== document.namespace)
    faults.push(`${self} shows ${JSON.stringify(shown.namespace)}`);
  for (const [collection] of collections) await read(`${self}/${collection}`);
  if (!isMade || document.namespace === VICTIM) return faults;
  await definer.fetch(self, { method: "PUT", body: JSON.stringify({ namespace: document.namespace }) });
  const gone = await definer.fetch(self, { method: "DELETE" });
  if (![204, 404].includes(gone.status)) faults.push(`a deletion of ${self} is answered ${gone.status}`);
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
      after: async (outcome) => (isAdmin ? namespaceFaults(scene, outcome) : []),
    };
  },
};
