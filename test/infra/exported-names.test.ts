import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/*
 * One name, one meaning: a reader who meets `Limits` knows which. The four sides are read apart. What the client calls
 * an image, or a command that shows one, is the other side of the same thing, so client and service may share a name.
 * The browser's client runs without Node and says some of Node's client again; the local AWS is a package of its own.
 */
const root = resolve(import.meta.dirname, "../..");
const sides: Readonly<Record<string, (file: string) => boolean>> = {
  "local AWS": (file) => file.startsWith("infra/local-aws/"),
  browser: (file) => file.startsWith("client/browser/"),
  client: (file) => file.startsWith("client/"),
  service: () => true,
};

/** Names that stand in several files of one side, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  handler: "what Lambda calls: each function's entry has one",
};

const sources = ["shared", "functions", "client", "infra"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => file.endsWith(".ts") && !/node_modules|local-aws\/test|client\/dist/.test(file)),
);
const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
const sideOf = (file: string): string => Object.keys(sides).find((name) => sides[name]?.(file)) ?? "service";

/** Names by side and the files that declare them; what a file only passes on is no declaration. */
const declared = new Map<string, Set<string>>();
for (const file of sources)
  for (const [, name = ""] of readFileSync(join(root, file), "utf8").matchAll(declaration)) {
    const key = `${sideOf(file)}: ${name}`;
    declared.set(key, (declared.get(key) ?? new Set()).add(file));
  }
const twice = [...declared].filter(([, files]) => files.size > 1);
const nameOf = (key: string): string => key.slice(key.indexOf(": ") + 2);

test("an exported name has one meaning", () => {
  const wrong = twice.filter(([key]) => !Object.hasOwn(allowed, nameOf(key)));
  expect(wrong.map(([key, files]) => `${key} in ${[...files].join(" and ")}`)).toEqual([]);
});

test("no exception is left that nothing needs", () => {
  const names = new Set(twice.map(([key]) => nameOf(key)));
  expect(Object.keys(allowed).filter((name) => !names.has(name))).toEqual([]);
});
