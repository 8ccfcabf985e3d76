import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { settingsPage } from "../../infra/settings-page.ts";
import { optionVariables } from "../../shared/settings.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/settings.md"), "utf8");

it("docs/settings.md is what `npm run docs` writes", () => {
  expect(page === settingsPage(), "docs/settings.md is old: run npm run docs").toBe(true);
});

it("has every option once, with what it means, its default and its form", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const names = rows.map((line) => `GLANCE_${/`(\w+)`/.exec(line)?.[1]?.toUpperCase()}`);
  expect(names.toSorted()).toEqual(optionVariables().toSorted());
  for (const row of rows)
    expect(row.split("|").every((cell, at) => at === 0 || at === 5 || cell.trim() !== "")).toBe(true);
});
