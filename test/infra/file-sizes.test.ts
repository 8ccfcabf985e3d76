import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const longest = 300;

/** Longer files, each with the reason why cutting it would not help its reader. */
const tables: Readonly<Record<string, string>> = {
  "shared/settings/options.ts": "the table of settings: one line each, and what it means",
  "test/client/logins/rows.ts": "a table: ways to log in, and what becomes of them",
  "test/unit/formats/drawn-files.ts": "a table: files of each format, byte by byte",
  "test/unit/formats/qemu-made-files.ts": "a table: what qemu-img is asked to make",
  "test/reference/differential/scripts/lists.ts": "a table: requests for lists",
};

const linesOf = (file: string): number => readFileSync(join(root, file), "utf8").split("\n").length - 1;
const filesOf = (folders: readonly string[]): readonly (readonly [string, number])[] =>
  folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter(({ name, parentPath }) => /\.m?ts$|\.mjs$/.test(name) && !/node_modules|\/dist$/.test(parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .map((file) => [file, linesOf(file)]);

const sources = filesOf(["shared", "functions", "client", "infra"]);
const all = [...sources, ...filesOf(["test"])];

it("no file but a table has more than 300 lines", () => {
  expect(all.filter(([file, lines]) => lines > longest && !Object.hasOwn(tables, file))).toEqual([]);
});

it("the middle one of the sources has 40 to 120 lines", () => {
  const lengths = sources.map(([, lines]) => lines).sort((one, other) => one - other);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  expect(median).toBeGreaterThanOrEqual(40);
  expect(median).toBeLessThanOrEqual(120);
});
