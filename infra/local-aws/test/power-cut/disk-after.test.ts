import { describe, expect, test } from "vitest";
import { diskAfter, type Remains, type Tree } from "./disk-after.ts";
import type { Step } from "./journal.ts";

const only = (...kept: number[]): Remains => ({
  keeps: (step) => kept.includes(step),
  forgets: (step) => kept.includes(-step),
  torn: (bytes) => bytes,
});
const nothing = only();

/** The tree as `folder/file=content`. */
const linesOf = (tree: Tree, above = ""): string[] =>
  [...tree].flatMap(([name, content]) =>
    Buffer.isBuffer(content)
      ? [`${above}${name}=${content}`]
      : [`${above}${name}/`, ...linesOf(content, `${above}${name}/`)],
  );
const left = (steps: readonly Step[], remains = nothing) => linesOf(diskAfter(steps, steps.length, remains));

const create = (name: string, node: number, folder = 0): Step => ({ kind: "create", in: folder, name, node });
const write = (node: number, text: string, at = 0): Step => ({
  kind: "write",
  node,
  at,
  bytes: Buffer.from(text),
});
const sync = (node: number, upTo: number): Step => ({ kind: "sync", node, isFolder: node === 0, upTo });
const rename = (from: string, to: string, node: number, into = 0): Step => ({
  kind: "rename",
  from: { in: 0, name: from },
  to: { in: into, name: to },
  node,
});

describe("after a power cut", () => {
  const file = [create("a", 1), write(1, "whole")];

  test("a file is there only when its folder was forced, its bytes only when it was", () => {
    expect(left(file)).toEqual([]);
    expect(left([...file, sync(1, 2)])).toEqual([]);
    expect(left([...file, sync(0, 2)])).toEqual(["a="]);
    expect(left([...file, sync(0, 2), sync(1, 3)])).toEqual(["a=whole"]);
  });

  test("only what was done before the forcing began is safe", () => {
    expect(left([...file, sync(0, 2), write(1, "!", 5), sync(1, 3)])).toEqual(["a=whole"]);
  });

  test("what nobody forced may be there all the same, torn or whole", () => {
    expect(left(file, only(0, 1))).toEqual(["a=whole"]);
    const torn = { ...only(0, 1), torn: (bytes: Buffer) => bytes.subarray(0, 2) };
    expect(left(file, torn)).toEqual(["a=wh"]);
    expect(left(file, only(1))).toEqual([]);
  });

  test("a rename in a folder leaves the old file or the new one", () => {
    const steps = [
      create("a", 1),
      create("b", 2),
      write(2, "new"),
      sync(2, 3),
      sync(0, 4),
      rename("b", "a", 2),
    ];
    expect(left(steps)).toEqual(["a=", "b=new"]);
    expect(left(steps, only(5))).toEqual(["a=new"]);
    expect(left([...steps, sync(0, 6)])).toEqual(["a=new"]);
  });

  test("a rename between folders never loses both names, and may leave both", () => {
    const steps: Step[] = [
      { kind: "make-folder", in: 0, name: "data", node: 1 },
      create("in", 2),
      sync(0, 2),
      rename("in", "file", 2, 1),
    ];
    expect(left(steps)).toEqual(["data/", "in="]);
    expect(left(steps, only(3))).toEqual(["data/", "data/file=", "in="]);
    expect(left(steps, only(3, -3))).toEqual(["data/", "data/file="]);
    expect(left(steps, only(-3))).toEqual(["data/", "in="]);
    expect(left([...steps, { kind: "sync", node: 1, isFolder: true, upTo: 4 }])).toEqual([
      "data/",
      "data/file=",
      "in=",
    ]);
  });

  test("what was removed is back until its folder was forced", () => {
    const steps: Step[] = [create("a", 1), sync(0, 1), { kind: "remove", in: 0, name: "a" }];
    expect(left(steps)).toEqual(["a="]);
    expect(left([...steps, sync(0, 3)])).toEqual([]);
  });
});
