import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { points } from "../../infra/smoke/points.ts";
import { BadArguments, readArguments } from "../../infra/smoke/read-arguments.ts";
import { breaches } from "./breaches.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/aws.md"), "utf8");
const names = points.map(({ name }) => name);
const [, others = ""] = page.split("\n## The others\n");
const bullets = others.split(/\n(?=- )/).filter((text) => text.startsWith("- "));
const namedIn = (text: string) =>
  [...text.matchAll(/\[(`[a-z0-9-]+`[^\]]*)\]/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/(?<!with )`([a-z0-9-]+)`/g)].map(([, name]) => name),
  );

it("every assumption of docs/aws.md is a point, or the page says that nobody looks", () => {
  expect(bullets.length).toBeGreaterThan(20);
  const silent = bullets.filter((text) => namedIn(text).length === 0 && !/not looked at/i.test(text));
  expect(silent).toEqual([]);
});

it("the page names each point, and no other", () => {
  expect([...new Set(namedIn(page))].toSorted()).toEqual(names.toSorted());
});

it("each point is broken by a test", () => {
  // How a table is restored is the stand-in's own.
  expect([...Object.keys(breaches), "table-id"].toSorted()).toEqual(names.toSorted());
});

it.each<[string, readonly string[], RegExp]>([
  ["no endpoint", [], /which --endpoint/],
  ["an endpoint that is no URL", ["--endpoint", "prod"], /which --endpoint/],
  ["a bucket without its table", ["--endpoint", "https://a/prod", "--bucket", "b"], /go together/],
  ["a restoration of no table", ["--endpoint", "https://a/prod", "--restore"], /--restore needs/],
  [
    "a point that is none",
    ["--endpoint", "https://a/prod", "--only", "links,nothing"],
    /no point nothing; they are links/,
  ],
  ["outputs that are not there", ["--outputs", "/nothing.json"], /nothing.json cannot be read/],
  ["an unknown option", ["--endpont", "https://a/prod"], /Unknown option '--endpont'/],
])("%s is refused with a sentence", (_, words, reason) => {
  expect(() => readArguments(words, ["links", "complete"])).toThrow(BadArguments);
  expect(() => readArguments(words, ["links", "complete"])).toThrow(reason);
});
