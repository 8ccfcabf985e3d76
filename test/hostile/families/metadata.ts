import { type Attack, answered, type Family, type Scene } from "../attack.ts";
import { oddObject, oddText, oddValue, oneLine } from "../drawn-text.ts";
import { oddJson } from "../odd-json.ts";
import { documentFaults, type ImageDocument } from "../stored-image.ts";
import { metadataFaults } from "../victim.ts";
import { type Outcome, written } from "../wire.ts";

const PATCH_TYPES = [
  "application/openstack-images-v2.1-json-patch",
  "application/openstack-images-v2.0-json-patch",
];
const attributeNames = [
  "name",
  "visibility",
  "protected",
  "min_ram",
  "min_disk",
  "disk_format",
  "container_format",
  "tags",
  "os_hidden",
  "owner",
  "status",
  "size",
  "checksum",
  "os_hash_algo",
  "locations",
  "stores",
  "id",
  "self",
  "created_at",
  "os_glance_importing_to_stores",
  "hw_disk_bus",
];

function mediaType({ random }: Scene): string {
  const kind = random.below(4);
  if (kind === 0) return random.pick(PATCH_TYPES);
  if (kind === 1) return oneLine(oddText(random)).slice(0, 500);
  const usual = random.pick([...PATCH_TYPES, "application/json", "text/plain"]);
  return random.pick([
    usual.toUpperCase(),
    `${usual}; charset=utf-8`,
    `${usual};`,
    ` ${usual}`,
    `${usual}, ${usual}`,
  ]);
}

function drawnChange({ random }: Scene): unknown {
  const name = random.below(4) > 0 ? random.pick(attributeNames) : oddText(random);
  const pointer = random.pick([
    `/${name}`,
    `/${name}`,
    `/${name}`,
    name,
    `//${name}`,
    `/${name}/0`,
    `/tags/-`,
    `/${name}~`,
  ]);
  const op = random.below(5) > 0 ? random.pick(["add", "replace", "remove"]) : oddValue(random, 1);
  const value = oddValue(random);
  return random.pick([
    { op, path: pointer, value },
    { op, path: pointer, value },
    { op, path: pointer, value },
    // Not String(): what was drawn may have a toString of its own, which is none.
    { [typeof op === "string" ? op : JSON.stringify(op)]: pointer, value },
    oddObject(random),
    value,
  ]);
}

const door = ({ random }: Scene) => random.pick(["ingress", "gateway"] as const);

/** PATCHes of the attacker's own image: odd media types, operations, pointers and values. */
export const patches: Family = {
  name: "patches",
  draw: async (scene): Promise<Attack> => {
    const { random, world, attacker } = scene;
    const before = await attacker.victim();
    const at = door(scene);
    const type = random.below(2) === 0 ? random.pick(PATCH_TYPES) : mediaType(scene);
    const changes = JSON.stringify(Array.from({ length: 1 + random.below(3) }, () => drawnChange(scene)));
    const body = random.below(4) > 0 ? Buffer.from(changes) : oddJson(scene, changes);
    const request = {
      method: "PATCH",
      target: world.target(at, `/v2/images/${before.id}`),
      headers: [
        ["X-Auth-Token", attacker.client.token],
        ["Content-Type", type],
      ] as const,
      body,
    };
    return {
      what: `PATCH as ${JSON.stringify(type)}: ${body.toString("utf8").slice(0, 400)}`,
      door: at,
      method: "PATCH",
      pieces: [written(request)],
      mayBeCut: true,
      allowed: answered,
      after: (outcome) => metadataFaults(attacker, before, outcome),
    };
  },
};

/** An image that was created is one that the service may have, with what was sent. */
async function createdFaults(body: Buffer, { answers }: Outcome): Promise<string[]> {
  const [answer] = answers;
  if (answer?.status !== 201) return [];
  const image = JSON.parse(answer.body.toString("utf8")) as ImageDocument;
  const sent = JSON.parse(body.toString("utf8").replace(/^\ufeff/, "")) as ImageDocument;
  const lost = Object.entries(sent).filter(
    ([name, value]) =>
      name !== "tags" &&
      !(name === "owner" && value === "") &&
      JSON.stringify(image[name]) !== JSON.stringify(value),
  );
  return [
    ...documentFaults(image),
    ...lost.map(
      ([name, value]) => `${name}: sent ${JSON.stringify(value)}, has ${JSON.stringify(image[name])}`,
    ),
  ];
}

/** Creates with odd values, names and JSON. */
export const creates: Family = {
  name: "creates",
  draw: async (scene): Promise<Attack> => {
    const { random, world, attacker } = scene;
    const at = door(scene);
    const usual = JSON.stringify(oddObject(random, 3, attributeNames));
    const body = random.below(3) > 0 ? Buffer.from(usual) : oddJson(scene, usual);
    const request = {
      method: "POST",
      target: world.target(at, "/v2/images"),
      headers: [
        ["X-Auth-Token", attacker.client.token],
        ["Content-Type", random.below(3) > 0 ? "application/json" : mediaType(scene)],
      ] as const,
      body,
    };
    return {
      what: `POST /v2/images ${body.toString("utf8").slice(0, 400)}`,
      door: at,
      method: "POST",
      pieces: [written(request)],
      mayBeCut: true,
      allowed: answered,
      after: async (outcome) => {
        const faults = await createdFaults(body, outcome);
        const made = outcome.answers[0]?.status === 201 && JSON.parse(String(outcome.answers[0].body));
        if (made && made.protected === false)
          await attacker.client.fetch(`/v2/images/${made.id}`, { method: "DELETE" });
        return faults;
      },
    };
  },
};

const bodyRoutes = [
  ["POST", "/v2/images/*/members"],
  ["PUT", "/v2/images/*/members/x"],
  ["POST", "/v2/images/*/transfers"],
  ["POST", "/v2/images/*/transfers/x/parts"],
  ["POST", "/v2/images/*/transfers/x/complete"],
  ["POST", "/v3/auth/tokens"],
  ["POST", "/v3/users"],
  ["POST", "/v3/projects"],
] as const;

/** JSON for all other routes that take it, with the names that they know. */
export const bodies: Family = {
  name: "bodies",
  draw: async (scene): Promise<Attack> => {
    const { random, world, attacker } = scene;
    const at = door(scene);
    const before = await attacker.victim();
    const [method, route] = random.pick(bodyRoutes);
    const path = route.replace("*", String(random.below(4) > 0 ? before.id : random.pick(world.bystanders)));
    const known = [
      "member",
      "status",
      "size",
      "lease",
      "stage",
      "parts",
      "number",
      "auth",
      "identity",
      "methods",
    ];
    const nested = oddObject(random, 4, [...known, "password", "user", "scope", "project", "name", "domain"]);
    const usual = JSON.stringify(random.below(3) === 0 ? { auth: nested } : nested);
    const body = random.below(3) > 0 ? Buffer.from(usual) : oddJson(scene, usual);
    const request = {
      method,
      target: world.target(at, path),
      headers: [
        ["X-Auth-Token", attacker.client.token],
        ["Content-Type", "application/json"],
      ] as const,
      body,
    };
    return {
      what: `${method} ${path} ${body.toString("utf8").slice(0, 400)}`,
      door: at,
      method,
      pieces: [written(request)],
      mayBeCut: true,
      allowed: answered,
      after: async (outcome) => {
        const opened = outcome.answers[0];
        if (opened?.status !== 201 || !path.endsWith("/transfers")) return [];
        const { id, token } = JSON.parse(String(opened.body)) as { id: string; token: string };
        const ended = await attacker.client.fetch(`${path}/${id}`, {
          method: "DELETE",
          headers: { "X-Image-Transfer-Token": token },
        });
        return ended.status === 204 ? [] : [`the transfer's end is answered ${ended.status}`];
      },
    };
  },
};
