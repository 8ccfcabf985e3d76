import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/*
 * The house in two tables: which module may import which, and which layer of a module may import which. A module owns
 * what one transaction writes; its layers are the same everywhere. The ground below knows no module.
 */
const root = resolve(import.meta.dirname, "../..");

/** Module arrows: each may use the ground, itself, and the modules named here. */
const modules: Readonly<Record<string, readonly string[]>> = {
  identity: [],
  // The outbox: whoever changes something tells of it there.
  notifications: [],
  images: ["notifications"],
  metadefs: ["notifications"],
  // Copies of images' data.
  cache: ["images"],
  upkeep: ["images", "metadefs", "notifications", "cache"],
};

/** Layer arrows, in each module and between modules: a layer may use itself, the layers and the ground named here. */
const layers: Readonly<Record<string, readonly string[]>> = {
  domain: ["root", "text", "signatures", "settings/limit-names.ts", "aws/multipart-limits.ts"],
  ports: ["domain", "root", "signatures"],
  policy: ["domain", "root", "policy"],
  operations: [
    ...["domain", "ports", "policy", "operations", "root", "text", "formats", "compression", "hashing"],
    ...["settings", "paging", "signatures"],
    // The two ports of the ground that operations ask.
    ...["aws/work-queue.ts", "http/logins.ts", "aws/multipart-limits.ts"],
  ],
  adapters: [
    ...["domain", "ports", "root", "text", "settings", "aws", "keystone", "fetch", "signatures"],
    ...["http/token-verifier.ts", "http/logins.ts"],
  ],
  wire: [
    ...["domain", "ports", "operations", "root", "text", "settings", "http", "paging", "signatures"],
    "aws/multipart-limits.ts",
  ],
};

/** The ground: each part may use the parts named here. `root` is what lies in shared itself and knows nothing. */
const ground: Readonly<Record<string, readonly string[]>> = {
  root: [],
  text: ["root"],
  paging: ["root"],
  aws: ["root", "text", "signatures"],
  formats: ["root"],
  compression: [],
  hashing: [],
  policy: ["root", "text"],
  http: ["root", "text"],
  keystone: ["root", "aws"],
  fetch: ["root"],
  signatures: ["root"],
  settings: ["root", "text", "aws/multipart-limits.ts"],
};

/** What stands on shared. Nothing imports upwards: shared knows neither, and neither of two neighbours the other. */
const above: Readonly<Record<string, readonly string[]>> = {
  client: [
    "shared/images/domain",
    "shared/aws/multipart-limits.ts",
    ...["shared/formats", "shared/compression", "shared/hashing", "shared/signatures", "shared/http"],
    ...rootFiles(),
  ],
  functions: ["shared"],
  // Runs any CDK template on this machine, and knows no Glance.
  "infra/local-aws": [],
  // Seeds the first users through the real store.
  "infra/local": [
    "infra",
    "shared/identity",
    // By the name of a folder in it, a folder of images is known.
    "shared/images/adapters/filesystem/file-names.ts",
    // Whether a converter would find its programs on this machine.
    "shared/images/adapters/qemu-img/required-tools.ts",
    "shared/keystone",
    "shared/policy", // the bundles carry it
    "shared/settings",
    "shared/text",
    ...rootFiles(),
  ],
  "infra/smoke": ["infra", "shared", "client"], // it looks from outside, with the client's logins
  infra: ["shared"],
};

/** What every room of the client may use: its bounds, which are of no room. */
const clientWide = ["client/limits.ts", "client/version.ts"];

/** The rooms of the client, the lowest first: each may use itself and those named here, which stand before it. */
const clientRooms: Readonly<Record<string, readonly string[]>> = {
  // The transfer API and its rules, for Node and browsers alike.
  protocol: [],
  // Words and amounts of a command line, and how commands fail.
  "command-line": [],
  // What this machine does: hash threads, locks, private files.
  machine: ["protocol"],
  browser: ["protocol"],
  transfer: ["protocol"],
  ingress: ["protocol", "command-line", "transfer"],
  openstack: ["protocol", "transfer"],
  local: ["openstack"],
  // Files of metadata definitions, and what they make of a catalogue.
  metadefs: ["protocol", "command-line", "machine", "transfer", "openstack"],
  upload: ["protocol", "command-line", "machine", "transfer", "openstack"],
  download: ["protocol", "command-line", "machine", "transfer", "openstack"],
  // What has the service import, and the cloud images that it keeps up to date.
  imports: ["protocol", "command-line", "transfer", "openstack"],
  // Signed statements about images, judged without the service.
  provenance: ["command-line"],
  mirror: ["protocol", "command-line", "transfer", "openstack", "upload", "imports"],
  terminal: ["command-line", "transfer", "openstack", "upload"],
  commands: [
    ...["protocol", "command-line", "machine", "transfer", "ingress", "openstack", "local"],
    ...["metadefs", "upload", "download", "imports", "mirror", "provenance", "terminal"],
  ],
};

/** Files of shared itself that put modules together, and what they may use. */
const assembled: Readonly<Record<string, readonly string[]>> = {
  "shared/routes.ts": [
    "shared/identity/wire",
    "shared/images/wire",
    "shared/metadefs/wire",
    "shared/cache/wire",
    "shared/http/route.ts",
  ],
};

function rootFiles(): readonly string[] {
  return readdirSync(join(root, "shared"), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "routes.ts" && entry.name !== "settings.ts")
    .map(({ name }) => `shared/${name}`);
}

const sources = ["shared", "functions", "client", "infra"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      ({ name, parentPath }) => name.endsWith(".ts") && !/node_modules|local-aws\/test/.test(parentPath),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);
const textOf = new Map(sources.map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** Every import of another file, of types too. */
const importsOf = (file: string): string[] =>
  [...(textOf.get(file) ?? "").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
    relative(root, resolve(root, dirname(file), path ?? "")),
  );
const arrows = sources.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
const isBelow = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** Module and layer of a file of shared; undefined for the ground. */
function layerOf(file: string): { module: string; layer: string } | undefined {
  const [top, module = "", layer = ""] = file.split("/");
  return top === "shared" && Object.hasOwn(modules, module) ? { module, layer } : undefined;
}

/** The part of the ground that a file lies in; `settings.ts` is the door of `settings`. */
function partOf(file: string): string {
  const [, name = "", inside] = file.split("/");
  if (inside !== undefined) return name;
  return name === "settings.ts" ? "settings" : "root";
}

/** Whether the file lies in one of these parts of the ground, or is one of these files of it. */
const isOnGround = (file: string, places: readonly string[]): boolean =>
  places.some((place) => (place.includes("/") ? isBelow(file, `shared/${place}`) : partOf(file) === place));

function isAllowed(from: string, to: string): boolean {
  if (Object.hasOwn(assembled, from)) return assembled[from]?.some((place) => isBelow(to, place)) ?? false;
  if (!from.startsWith("shared/")) {
    const part = Object.keys(above)
      .sort((one, other) => other.length - one.length)
      .find((place) => isBelow(from, place));
    if (part === undefined) throw new Error(`${from} has no line in the table`);
    return (
      isBelow(to, part) || (above[part] ?? []).some((place) => isBelow(to, place) || to === `${place}.ts`)
    );
  }
  if (!to.startsWith("shared/") || Object.hasOwn(assembled, to)) return false;
  const [mine, other] = [layerOf(from), layerOf(to)];
  if (mine === undefined) {
    const part = partOf(from);
    return other === undefined && (partOf(to) === part || isOnGround(to, ground[part] ?? []));
  }
  const allowed = layers[mine.layer] ?? [];
  if (other === undefined) return isOnGround(to, allowed);
  const isModule = other.module === mine.module || modules[mine.module]?.includes(other.module) === true;
  return isModule && (other.layer === mine.layer || allowed.includes(other.layer));
}

describe("the house", () => {
  it("has no import but along the arrows of the two tables", () => {
    const wrong = arrows.filter(({ from, to }) => !isAllowed(from, to));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("has a table for every part there is", () => {
    const found = sources.map(layerOf).filter((place) => place !== undefined);
    expect(
      [...new Set(found.map(({ layer }) => layer))].filter((layer) => !Object.hasOwn(layers, layer)),
    ).toEqual([]);
    const parts = sources.filter((file) => file.startsWith("shared/") && !layerOf(file)).map(partOf);
    expect([...new Set(parts)].filter((part) => !Object.hasOwn(ground, part))).toEqual([]);
  });

  it("has a client whose rooms stand on those before them", () => {
    const order = Object.keys(clientRooms);
    const upwards = Object.entries(clientRooms).flatMap(([room, below]) =>
      below
        .filter((other) => order.indexOf(other) >= order.indexOf(room))
        .map((other) => `${room} -> ${other}`),
    );
    expect(upwards).toEqual([]);
    const clientRoomOf = (file: string): string => file.split("/")[1] ?? "";
    const inRooms = arrows.filter(({ from }) => from.split("/").length > 2 && isBelow(from, "client"));
    expect(inRooms.map(({ from }) => from).filter((file) => !order.includes(clientRoomOf(file)))).toEqual([]);
    const wrong = inRooms.filter(({ from, to }) => {
      if (!isBelow(to, "client") || clientWide.includes(to)) return false;
      const [mine, other] = [clientRoomOf(from), clientRoomOf(to)];
      return other !== mine && clientRooms[mine]?.includes(other) !== true;
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("has a protocol that needs neither Node nor a browser", () => {
    const protocol = sources.filter((file) => isBelow(file, "client/protocol"));
    const wrong = protocol.filter((file) =>
      /from "(?!\.)|\b(fetch|window|document|Buffer|process)\b[.(]/.test(textOf.get(file) ?? ""),
    );
    expect(wrong).toEqual([]);
  });

  it("has no circle, of types neither", () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      if (done.has(file) || path.includes(file)) return;
      for (const next of importsOf(file)) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of sources) visit(file, []);
    expect(circles).toEqual([]);
  });

  it("keeps the API's description out of every function", () => {
    const outside = arrows.filter(({ from }) => !isBelow(from, "infra"));
    expect(outside.filter(({ to }) => isBelow(to, "infra/openapi"))).toEqual([]);
  });

  it("keeps the parsers of settings out of every function, whose bundles have the defaults instead", () => {
    const kept = new Set<string>();
    const visit = (file: string): void => {
      if (kept.has(file) || file === "shared/settings/default-settings.ts") return;
      kept.add(file);
      const values = (textOf.get(file) ?? "").replace(/^import type [^;]+;$/gm, "");
      for (const [, path = ""] of values.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g))
        visit(relative(root, resolve(root, dirname(file), path)));
    };
    for (const file of sources) if (isBelow(file, "functions")) visit(file);
    expect(kept).toContain("shared/settings/deployed-settings.ts");
    const parsers = ["shared/settings.ts", "shared/settings/options.ts", "shared/settings/option.ts"];
    expect(parsers.filter((file) => kept.has(file))).toEqual([]);
  });

  it("has domains that know no package, no SDK, no clock and no environment", () => {
    const domains = sources.filter(
      (file) => layerOf(file)?.layer === "domain" || isBelow(file, "shared/formats"),
    );
    const wrong = domains.filter((file) => {
      const text = textOf.get(file) ?? "";
      return (
        /from "(?!\.)(?!node:crypto")/.test(text) || /process\.env|Date\.now\(\)|new Date\(\)/.test(text)
      );
    });
    expect(wrong).toEqual([]);
  });
});
