import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

/*
 * What a comment cites can be opened: a file of the docs that is there, and in it a heading of that name. Several
 * headings may follow, as in `docs/reference/image-api.md, "Lists" and "Visibility"`.
 */
const root = resolve(import.meta.dirname, "../..");
const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.mjs", "*.md"], {
  cwd: root,
  encoding: "utf8",
});
const own = "test/docs/citations.test.ts";
const files = tracked
  .split("\n")
  .filter((file) => file !== "" && file !== own && existsSync(join(root, file)));
/** Comments may break a citation over two lines. */
const textOf = (file: string): string =>
  readFileSync(join(root, file), "utf8").replaceAll(/\n\s*(?:\*|\/\/) /g, " ");

const citation = /\bdocs\/[\w/-]+\.(?:md|json)\b((?:(?:,| and|, and) "[^"\n]+")*)/g;
const headingsOf = (file: string): ReadonlySet<string> =>
  new Set([...readFileSync(join(root, file), "utf8").matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) => text));

const cited = files.flatMap((file) =>
  [...textOf(file).matchAll(citation)].map(([whole, headings = ""]) => ({
    file,
    target: /^docs\/[\w/-]+\.(?:md|json)/.exec(whole)?.[0] ?? "",
    headings: [...headings.matchAll(/"([^"]+)"/g)].map(([, heading = ""]) => heading),
  })),
);

test("every file of the docs that is named is there, and so are the headings", () => {
  const wrong = cited.flatMap(({ file, target, headings }) => {
    if (!existsSync(join(root, target))) return [`${file}: ${target}`];
    const there = target.endsWith(".md") ? headingsOf(target) : new Set(headings);
    return headings
      .filter((heading) => !there.has(heading))
      .map((heading) => `${file}: ${target}, "${heading}"`);
  });
  expect(wrong).toEqual([]);
});

test("the facts about Glance and its clients are cited", () => {
  expect(cited.filter(({ headings }) => headings.length > 0).length).toBeGreaterThan(30);
});

test("nobody cites a sheet, which no reader can open", () => {
  expect(files.filter((file) => file.endsWith(".ts") && /\bsheets?\b/i.test(textOf(file)))).toEqual([]);
});
