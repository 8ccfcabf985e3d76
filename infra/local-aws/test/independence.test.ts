import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

// This folder is a package of its own: it runs any app's template, and knows no app.
const root = resolve(import.meta.dirname, "..");
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter(({ name, parentPath }) => /\.(ts|md|json)$/.test(name) && !parentPath.includes("node_modules"))
  .map((entry) => join(entry.parentPath, entry.name))
  // The words themselves stand here.
  .filter((file) => file !== import.meta.filename);
const textOf = (file: string): string => readFileSync(file, "utf8");
const shown = (file: string): string => relative(root, file);

/** What a file imports; of texts that only look like imports, none are here. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"/g)].map(([, name = ""]) => name);

it("names no app that it runs", () => {
  const words = /glance|openstack|keystone/i;
  expect(files.filter((file) => words.test(shown(file)) || words.test(textOf(file))).map(shown)).toEqual([]);
});

it("imports nothing outside its folder", () => {
  const leaving = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith("."))
      .filter((name) => relative(root, resolve(dirname(file), name)).startsWith(".."))
      .map((name) => `${shown(file)} -> ${name}`),
  );
  expect(leaving).toEqual([]);
});

it("has no file over 300 lines", () => {
  const long = files.filter((file) => file.endsWith(".ts") && textOf(file).split("\n").length > 301);
  expect(long.map(shown)).toEqual([]);
});
