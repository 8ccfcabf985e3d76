import { answered, type Family, type Scene } from "../attack.ts";
import { drawnText, oddText } from "../drawn-text.ts";
import { type Outcome, type WireAnswer, written } from "../wire.ts";

const segments = [
  "v2",
  "v2.99",
  "v3",
  "images",
  "file",
  "stage",
  "tags",
  "members",
  "transfers",
  "schemas",
  "actions",
  "info",
  "cache",
  "tasks",
  "metadefs",
  "auth",
  "tokens",
  "..",
  ".",
  "",
  "%2e%2e",
  "%2F",
  "%00",
  "%ff%fe",
  "%",
  "%zz",
  "%25",
  "%E2%80%AE",
  ";a=b",
  "a b",
  "a%20b",
  "+",
  "{proxy+}",
];
const queryNames = [
  "limit",
  "marker",
  "sort",
  "sort_key",
  "sort_dir",
  "name",
  "status",
  "visibility",
  "member_status",
  "size_min",
  "size_max",
  "created_at",
  "updated_at",
  "tag",
  "id",
  "owner",
  "protected",
  "os_hidden",
  "disk_format",
];
const queryValues = [
  "in:",
  'in:"',
  'in:"a\\',
  "in:a,,b",
  "gt:",
  "gt:2020-01-01",
  "lt:99999-99-99T99:99:99Z",
  "neq:",
  "-1",
  "0",
  "99999999999999999999",
  "asc",
  "desc",
  "name:asc,id:desc,constructor",
  "shared",
  "all",
  "queued",
];

const drawnPath = ({ random }: Scene, id: string): string =>
  Array.from({ length: 1 + random.below(5) }, () => {
    const kind = random.below(6);
    if (kind === 0) return encodeURIComponent(oddText(random).toWellFormed()).slice(0, 6000);
    return kind === 1 ? id : random.pick(segments);
  })
    .map((segment) => `/${segment}`)
    .join("")
    .replaceAll(" ", "%20");

/** Paths that no client sends, with all methods. */
export const paths: Family = {
  name: "paths",
  draw: async (scene) => {
    const { random, world, attacker } = scene;
    const door = random.pick(["ingress", "gateway"] as const);
    const path = drawnPath(scene, random.pick(world.bystanders));
    const method = random.pick(["GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);
    const body =
      method === "GET" || method === "HEAD" ? undefined : Buffer.from(random.pick(["", "{}", "[]", "x"]));
    const request = {
      method,
      target: world.target(door, path),
      headers: random.below(4) > 0 ? ([["X-Auth-Token", attacker.client.token]] as const) : [],
      ...(body && { body }),
    };
    return {
      what: `${method} ${path}`,
      door,
      method,
      pieces: [written(request)],
      mayBeCut: true,
      // 501: OPTIONS on an unknown path, as Glance answers.
      allowed: (answer) => answered(answer) || (answer.status === 501 && method === "OPTIONS"),
    };
  },
};

interface Listed {
  readonly images: readonly { readonly id: string; readonly visibility: string; readonly owner: string }[];
  readonly next?: string;
}

/** A list has right images only, no private one of the bystanders, and never an empty page with `next`. */
async function listFaults({ world }: Scene, { answers }: Outcome): Promise<string[]> {
  const [answer] = answers as readonly WireAnswer[];
  if (answer?.status !== 200) return [];
  const { images, next } = JSON.parse(answer.body.toString("utf8")) as Listed;
  const foreign = images.filter(
    ({ id, visibility }) => world.bystanders.includes(id) && ["private", "shared"].includes(visibility),
  );
  return [
    ...foreign.map(({ id }) => `shows ${id}, which is not the caller's to see`),
    ...(images.length === 0 && next !== undefined ? ["an empty page has a next one"] : []),
  ];
}

/** Lists with odd filters, orders and pages. */
export const queries: Family = {
  name: "queries",
  draw: async (scene) => {
    const { random, world, attacker } = scene;
    const door = random.pick(["ingress", "gateway"] as const);
    const pairs = Array.from({ length: 1 + random.below(random.below(20) === 0 ? 300 : 5) }, () => {
      const name = random.below(4) > 0 ? random.pick(queryNames) : oddText(random);
      const value =
        random.below(3) > 0
          ? random.pick(queryValues)
          : random.below(2)
            ? oddText(random)
            : drawnText(random);
      const raw = random.below(12) === 0;
      const written = (text: string) =>
        raw ? encodeURI(text.toWellFormed()).replaceAll("#", "") : encodeURIComponent(text.toWellFormed());
      return `${written(name)}=${written(value)}`;
    });
    const path = `/v2/images?${pairs.join("&")}`.slice(0, 30_000);
    const request = {
      method: "GET",
      target: world.target(door, path),
      headers: [["X-Auth-Token", attacker.client.token]] as const,
    };
    return {
      what: `GET ${path.slice(0, 1000)}`,
      door,
      method: "GET",
      pieces: [written(request)],
      mayBeCut: true,
      allowed: answered,
      after: (outcome) => listFaults(scene, outcome),
    };
  },
};
