import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { functionNames, sourceOf } from "../../infra/functions/functions.ts";
import { functionsPage } from "../../infra/functions-page.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");

it("docs/functions.md is what `npm run docs` writes", () => {
  expect(read("docs/functions.md") === functionsPage(), "docs/functions.md is old: run npm run docs").toBe(
    true,
  );
});

it.each(functionNames)("%s has a file, a row in docs/functions.md and its log in README.md", (name) => {
  expect(existsSync(resolve(root, sourceOf(name)))).toBe(true);
  expect(functionsPage()).toContain(`| \`${name}\` |`);
  expect(read("README.md")).toContain(`\`${name.replace("/", "-")}\``);
});
