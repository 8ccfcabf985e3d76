import { expect, it } from "vitest";
import { commandsOf } from "./markdown-commands.ts";

const briefly = (text: string) =>
  commandsOf("page", text).map(({ text: words, isInline, mark, situation }) => [
    words,
    isInline ? "inline" : "block",
    mark ?? situation ?? "run",
  ]);

it("every code block is a command, with the mark before it", () => {
  expect(
    briefly(
      "Text:\n\n    one\n\n    two  # why\n\nMore\n\n<!-- needs AWS -->\n    three\n\n```\nfour\n```\n",
    ),
  ).toEqual([
    ["one\n\ntwo  # why", "block", "run"],
    ["three", "block", "needs AWS"],
    ["four", "block", "run"],
  ]);
});

it("code spans with a program and its arguments are commands, in text and tables", () => {
  const page =
    "Run `npm start`, not `npm` or\n`imagectl`.\n\n| a | b |\n|---|---|\n| `imagectl\nupload x` | `GLANCE_PORT=1 npm start` |\n";
  expect(briefly(page)).toEqual([
    ["npm start", "inline", "run"],
    ["imagectl upload x", "inline", "run"],
    ["GLANCE_PORT=1 npm start", "inline", "run"],
  ]);
});

it("a span with a placeholder is grammar, a mark counts for its span or for its whole block", () => {
  const page =
    "`imagectl upload FILE`, `glance …`, `aws logs tail` and `imagectl x y`<!-- after a break --> and `npm test`\n\n" +
    "<!-- runs the tests -->\n`npm test` and\n`.ci/run`\n\n`npm test`\n";
  expect(briefly(page).map(([, , meaning]) => meaning)).toEqual([
    "grammar",
    "grammar",
    "needs AWS",
    "after a break",
    "run",
    "runs the tests",
    "runs the tests",
    "run",
  ]);
});

it("a mark that nobody knows is a fault, with the known ones", () => {
  expect(() => commandsOf("page", "<!-- need AWS -->\n    one\n")).toThrow(/page:2: .*"need AWS".*needs AWS/);
});
