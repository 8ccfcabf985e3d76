import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Who may import whom, by the longest prefix of a file's path; a room may always import from itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "shared/domain": ["shared/errors.ts", "shared/api"],
  "shared/ports": ["shared/domain", "shared/errors.ts"],
  "shared/policy": ["shared/domain", "shared/errors.ts"],
  "shared/operations": [
    "shared/domain",
    "shared/ports",
    "shared/policy",
    "shared/errors.ts",
    "shared/settings.ts",
  ],
  "shared/adapters": ["shared/domain", "shared/ports", "shared/errors.ts", "shared/environment.ts"],
  "shared/http": [
    "shared/api",
    "shared/domain",
    "shared/operations",
    "shared/ports",
    "shared/errors.ts",
    "shared/settings.ts",
  ],
  "shared/api": ["shared/domain", "shared/settings.ts"],
  "client/ingress": ["client/transfer", "shared/domain", "shared/errors.ts", "shared/http", "shared/api"],
  functions: [
    "shared/http",
    "shared/operations",
    "shared/adapters",
    "shared/ports",
    "shared/api",
    "shared/domain",
    "shared/errors.ts",
    "shared/settings.ts",
    "shared/environment.ts",
  ],
  client: ["client/ingress", "shared/domain", "shared/errors.ts", "shared/http/wire"],
  // The stacks read the route table, the settings and the policy; the local runtime seeds its users through the real store.
  "infra/local-aws": [
    "infra/local",
    "shared/own-value.ts",
    "shared/clock.ts",
    // The gateway refuses the same as no HTTP as the ingress does.
    "shared/http/request-form.ts",
  ],
  "infra/local": [
    "infra",
    "shared/settings.ts",
    "shared/operations/identity",
    "shared/adapters/dynamodb",
    "shared/adapters/keystone",
    "shared/clock.ts",
    "shared/domain",
  ],
  // Writes the first admin through the real store.
  "infra/bootstrap-admin.ts": ["shared/operations/identity", "shared/adapters/dynamodb"],
  infra: [
    "shared/api",
    "shared/policy",
    "shared/settings.ts",
    "shared/settings",
    "shared/environment.ts",
    "shared/images/domain/part-plan.ts",
    "shared/own-value.ts",
    // The gateway's own answers say of web pages what the functions' answers say.
    "shared/http/cors.ts",
  ],
  "shared/settings.ts": ["shared/domain", "shared/settings"],
  "shared/settings": ["shared/domain"],
  "shared/environment.ts": [],
  "shared/errors.ts": [],
};

const rooms = Object.keys(arrows).sort((one, other) => other.length - one.length);
const roomOf = (file: string): string => {
  const room = rooms.find((prefix) => file === prefix || file.startsWith(`${prefix}/`));
  if (room === undefined) throw new Error(`${file} is in no room of the house`);
  return room;
};

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        entry.name.endsWith(".ts") &&
        !/node_modules|local-aws\/test/.test(entry.parentPath),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(
    ([, path]) => relative(root, resolve(root, dirname(file), path ?? "")),
  );

it("every import follows an arrow of the architecture", () => {
  const wrong: string[] = [];
  for (const file of ["shared", "functions", "client", "infra"].flatMap(sources)) {
    const room = roomOf(file);
    for (const target of importsOf(file)) {
      const isOwn = target === room || target.startsWith(`${room}/`);
      const isAllowed = arrows[room]?.some((prefix) => target === prefix || target.startsWith(`${prefix}/`));
      if (!isOwn && !isAllowed) wrong.push(`${file} -> ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

it("no function carries the API's description, which only the stacks and the document need", () => {
  const room = "infra/openapi";
  const files = ["shared", "functions", "client", "infra/local", "infra/local-aws"].flatMap(sources);
  const outside = files.filter((file) => !file.startsWith(`${room}/`));
  expect(outside.filter((file) => importsOf(file).some((target) => target.startsWith(room)))).toEqual([]);
});

it("the domain knows no package, no SDK, no clock and no environment", () => {
  const wrong = sources("shared/domain").filter((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return /from "(?!\.)(?!node:crypto")/.test(text) || /process\.env|Date\.now\(\)|new Date\(\)/.test(text);
  });
  expect(wrong).toEqual([]);
});
