import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { type Lookup, lookups } from "./looked-up-keys/lookups.ts";

/*
 * `table[name]` with a name that a caller chose finds what every object inherits: for `constructor` a function, which
 * passes for a parser, a handler, a permission. Such a name is looked up with `ownValue`, or in a Map.
 */
const root = resolve(import.meta.dirname, "../..");
const folders = ["shared", "functions", "client", "infra"];
/** The places that may, as they ask first; the local AWS has its own. */
const askFirst = ["shared/own-value.ts", "infra/local-aws/own-value.ts"];

const all = [
  ...lookups(root, "tsconfig.json", [...folders, "test/infra/looked-up-keys"]),
  ...lookups(root, "client/browser/tsconfig.json", ["client/browser"]),
];
const isSample = ({ file }: Lookup): boolean => file.endsWith("/sample.ts");

it("no name that a caller may have chosen finds what an object inherits", () => {
  const found = all.filter((one) => !isSample(one) && !askFirst.includes(one.file));
  expect(found.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
  expect(all.filter(({ file }) => askFirst.includes(file))).toHaveLength(2);
});

it("every form of such a look-up is noticed, and no other", () => {
  const sample = readFileSync(join(root, "test/infra/looked-up-keys/sample.ts"), "utf8").split("\n");
  const marked = sample.flatMap((text, at) => (text.endsWith("// found") ? [at + 1] : []));
  expect(marked.length).toBeGreaterThan(5);
  expect(all.filter(isSample).map(({ line }) => line)).toEqual(marked);
});
