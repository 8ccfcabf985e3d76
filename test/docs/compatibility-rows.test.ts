import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/compatibility.md"), "utf8");
/** What each row is about, without regard to how it is written. */
const subjects = page
  .split("\n")
  .filter((line) => /^\| (?!what \|)/.test(line))
  .map((line) => (line.split(/(?<!\\)\|/)[1] ?? "").trim().toLowerCase());

it("no difference from Glance is told in two rows, which could contradict each other", () => {
  expect(subjects.length).toBeGreaterThan(60);
  expect(subjects.filter((subject, index) => subjects.indexOf(subject) !== index)).toEqual([]);
});

it("each row says what Glance does and what is done here", () => {
  const rows = page.split("\n").filter((line) => /^\| (?!what \|)/.test(line));
  const cells = rows.map((row) => row.split(/(?<!\\)\|/).slice(1, -1));
  expect(cells.filter(({ length }) => length !== 4)).toEqual([]);
  expect(cells.filter(([what = "", , here = ""]) => what.trim() === "" || here.trim() === "")).toEqual([]);
});
