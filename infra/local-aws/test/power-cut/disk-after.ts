import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "./journal.ts";

/** How much of what nobody forced to the disk is on it after a power cut. */
export interface Remains {
  /** Whether the disk has a change that nobody forced: the number of its step. */
  keeps(step: number): boolean;
  /** Whether it has the second half of a rename between folders: that the old name is gone. */
  forgets(step: number): boolean;
  /** Bytes of a write that it keeps, as they are on it. */
  torn(bytes: Buffer): Buffer;
}

/** A folder of files, by their names. */
export type Tree = Map<string, Tree | Buffer>;

interface Entry {
  readonly step: number;
  readonly name: string;
  readonly node: number | undefined;
  /** Gone only where the other name, in another folder, is there. */
  readonly after?: Entry & { readonly folder: number };
}

/**
 * What is on the disk when the power goes after so many steps. Stricter than any file system: a file's bytes are safe by
 * its own sync only, a name by that of its folder, and whatever is not safe may be there or not, whatever came later is.
 * Only a rename never loses both names.
 */
export function diskAfter(steps: readonly Step[], count: number, remains: Remains): Tree {
  const done = steps.slice(0, count);
  const safe = new Map<number, number>();
  for (const step of done)
    if (step.kind === "sync") safe.set(step.node, Math.max(step.upTo, safe.get(step.node) ?? 0));
  const isSafe = (node: number, step: number) => step < (safe.get(node) ?? 0);

  const folders = new Map<number, Entry[]>([[0, []]]);
  const files = new Map<number, Buffer>();
  const entriesOf = (folder: number) => folders.get(folder) ?? [];
  for (const [at, step] of done.entries()) {
    if (step.kind === "create" || step.kind === "make-folder") {
      entriesOf(step.in).push({ step: at, name: step.name, node: step.node });
      if (step.kind === "create") files.set(step.node, Buffer.alloc(0));
      else folders.set(step.node, []);
    } else if (step.kind === "remove")
      entriesOf(step.in).push({ step: at, name: step.name, node: undefined });
    else if (step.kind === "rename") {
      const added = { step: at, name: step.to.name, node: step.node };
      entriesOf(step.to.in).push(added);
      const gone = { step: at, name: step.from.name, node: undefined };
      const isWithin = step.from.in === step.to.in;
      entriesOf(step.from.in).push(isWithin ? gone : { ...gone, after: { ...added, folder: step.to.in } });
    } else if (step.kind === "write" || step.kind === "truncate") {
      const before = files.get(step.node) ?? Buffer.alloc(0);
      const forced = isSafe(step.node, at);
      if (forced || remains.keeps(at))
        files.set(step.node, changed(before, step, forced ? undefined : remains));
    }
  }

  const isThere = (folder: number, { step, after }: Entry): boolean => {
    if (isSafe(folder, step)) return true;
    if (after === undefined) return remains.keeps(step);
    return isThere(after.folder, after) && remains.forgets(step);
  };
  const treeOf = (folder: number): Tree => {
    const names = new Map<string, number>();
    for (const entry of entriesOf(folder)) {
      if (!isThere(folder, entry)) continue;
      if (entry.node === undefined) names.delete(entry.name);
      else names.set(entry.name, entry.node);
    }
    return new Map([...names].map(([name, node]) => [name, files.get(node) ?? treeOf(node)] as const));
  };
  return treeOf(0);
}

function changed(
  before: Buffer,
  step: Extract<Step, { kind: "write" | "truncate" }>,
  remains: Remains | undefined,
): Buffer {
  if (step.kind === "truncate")
    return Buffer.concat([before, Buffer.alloc(step.size)]).subarray(0, step.size);
  const bytes = remains ? remains.torn(step.bytes) : step.bytes;
  const end = Math.max(before.length, step.at + bytes.length);
  const after = Buffer.concat([before, Buffer.alloc(end - before.length)]);
  bytes.copy(after, step.at);
  return after;
}

/** Writes the tree to a folder that is there. */
export async function writeTree(tree: Tree, folder: string): Promise<void> {
  for (const [name, content] of tree) {
    const path = join(folder, name);
    if (Buffer.isBuffer(content)) await writeFile(path, content);
    else {
      await mkdir(path);
      await writeTree(content, path);
    }
  }
}
