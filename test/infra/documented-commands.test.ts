import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { readStartOptions } from "../../infra/local/start-options.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = ["README.md", "CONTRIBUTING.md", "client/README.md"].concat(
  readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };

const textOf = (page: string) => readFileSync(join(root, page), "utf8");

it("every npm script that a page names is there", () => {
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? ""),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

it("every GLANCE_ variable that a page names is one that the service takes", () => {
  const named = pages.flatMap((page) => textOf(page).match(/\bGLANCE_[A-Z_]*[A-Z]\b/g) ?? []);
  const isUnknown = (name: string) => {
    try {
      readStartOptions({ [name]: "1" });
      return false;
    } catch (error) {
      // A value that does not fit is refused in other words.
      return (error as Error).message.startsWith("there is no option");
    }
  };
  expect(named.length).toBeGreaterThan(10);
  expect(isUnknown("GLANCE_NO_SUCH_OPTION")).toBe(true);
  expect([...new Set(named)].filter(isUnknown)).toEqual([]);
});

it("no page has Node 20 run TypeScript, which only the project's own Node can", () => {
  const wrong = pages.flatMap(
    (page) => textOf(page).match(/\bnode (?!infra\/toolchain\/run\.mjs)\S+\.ts\b.*/g) ?? [],
  );
  expect(wrong).toEqual([]);
});

it("npx fetches nothing by a name that anybody could take: only what the lock file installs", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { bin?: object }>>;
  };
  const commands = new Set(Object.values(lock.packages).flatMap(({ bin = {} }) => Object.keys(bin)));
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\bnpx (?:-\S+ )*([\w@/.-]+)/g)].map(([, name]) => name ?? ""),
  );
  expect(named.filter((name) => !commands.has(name))).toEqual([]);
});
