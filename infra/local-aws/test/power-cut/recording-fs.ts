// Takes the place of node:fs/promises in the emulators (register.ts): the same calls on the real files, each of them
// recorded. What it does not have, an emulator cannot import, and so nothing is done unseen.
import * as real from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { type Tree, writeTree } from "./disk-after.ts";
import { journal, type Step } from "./journal.ts";

export const { readdir, readFile, stat } = real;

/** What is at each path below the root now. */
const nodes = new Map<string, number>();
let lastNode = 0;

/**
 * Writes a tree to an empty folder, as if it had been there for long, and records from then on what is done to it.
 * Returns how many steps that took.
 */
export async function recordOn(root: string, tree: Tree): Promise<number> {
  await writeTree(tree, root);
  journal.root = root;
  journal.steps = [];
  nodes.clear();
  nodes.set("", 0);
  forced(tree, "");
  return journal.steps.length;
}

function forced(tree: Tree, above: string): void {
  for (const [name, content] of tree) {
    const inside = above === "" ? name : `${above}/${name}`;
    if (!Buffer.isBuffer(content)) {
      made("make-folder", inside);
      forced(content, inside);
      continue;
    }
    const node = made("create", inside);
    journal.steps.push({ kind: "write", node, at: 0, bytes: content });
    journal.steps.push({ kind: "sync", node, isFolder: false, upTo: journal.steps.length });
  }
  const upTo = journal.steps.length;
  journal.steps.push({ kind: "sync", node: nodes.get(above) ?? 0, isFolder: true, upTo });
}

/** The path below the root; undefined for one that is elsewhere, or while nothing is recorded. */
function below(path: string): string | undefined {
  if (journal.root === undefined) return undefined;
  const inside = relative(journal.root, path);
  return inside.startsWith("..") ? undefined : inside;
}

const placeOf = (inside: string) => {
  const folder = dirname(inside);
  const node = nodes.get(folder === "." ? "" : folder);
  if (node === undefined) throw new Error(`${folder} was made unseen`);
  return { in: node, name: basename(inside) };
};

function made(kind: "create" | "make-folder", inside: string): number {
  lastNode += 1;
  journal.steps.push({ kind, ...placeOf(inside), node: lastNode });
  nodes.set(inside, lastNode);
  return lastNode;
}

export async function mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}) {
  const first = await real.mkdir(path, options);
  const inside = below(path);
  if (inside === undefined || inside === "") return first;
  const levels = inside.split("/").map((_, at, all) => all.slice(0, at + 1).join("/"));
  for (const level of levels) if (!nodes.has(level)) made("make-folder", level);
  return first;
}

export async function rename(from: string, to: string): Promise<void> {
  await real.rename(from, to);
  const [source, target] = [below(from), below(to)];
  if (source === undefined || target === undefined) return;
  const node = nodes.get(source);
  if (node === undefined) throw new Error(`${from} was made unseen`);
  journal.steps.push({ kind: "rename", from: placeOf(source), to: placeOf(target), node });
  nodes.delete(source);
  nodes.set(target, node);
}

export async function rm(path: string, options: { force?: boolean } = {}): Promise<void> {
  await real.rm(path, options);
  const inside = below(path);
  if (inside === undefined || !nodes.delete(inside)) return;
  journal.steps.push({ kind: "remove", ...placeOf(inside) });
}

/** The members of a FileHandle that the emulators use; those that only read are handed on. */
class RecordedHandle {
  readonly #handle: real.FileHandle;
  readonly #node: number;
  #position: number;

  constructor(handle: real.FileHandle, node: number, position: number) {
    this.#handle = handle;
    this.#node = node;
    this.#position = position;
  }

  read(...parameters: [Buffer, number, number, number]) {
    return this.#handle.read(...parameters);
  }

  stat() {
    return this.#handle.stat();
  }

  createReadStream(options: Parameters<real.FileHandle["createReadStream"]>[0]) {
    return this.#handle.createReadStream(options);
  }

  close() {
    return this.#handle.close();
  }

  async writev(buffers: readonly Buffer[]) {
    const done = await this.#handle.writev([...buffers]);
    this.#wrote(Buffer.concat(buffers).subarray(0, done.bytesWritten));
    return done;
  }

  async writeFile(content: string | Buffer): Promise<void> {
    await this.#handle.writeFile(content);
    this.#wrote(Buffer.from(content));
  }

  async appendFile(content: string): Promise<void> {
    await this.#handle.appendFile(content);
    this.#wrote(Buffer.from(content));
  }

  async truncate(size: number): Promise<void> {
    await this.#handle.truncate(size);
    this.#record({ kind: "truncate", node: this.#node, size });
    this.#position = Math.min(this.#position, size);
  }

  async sync(): Promise<void> {
    await this.#forced(() => this.#handle.sync());
  }

  async datasync(): Promise<void> {
    await this.#forced(() => this.#handle.datasync());
  }

  async #forced(force: () => Promise<void>): Promise<void> {
    const upTo = journal.steps.length;
    await force();
    const isFolder = (await this.#handle.stat()).isDirectory();
    if (journal.lie !== (isFolder ? "no folders" : "no files"))
      this.#record({ kind: "sync", node: this.#node, isFolder, upTo });
  }

  #wrote(bytes: Buffer): void {
    this.#record({ kind: "write", node: this.#node, at: this.#position, bytes });
    this.#position += bytes.length;
  }

  #record(step: Step): void {
    if (journal.root !== undefined) journal.steps.push(step);
  }
}

export async function open(path: string, flags: string, mode?: number): Promise<RecordedHandle> {
  if (!["r", "wx", "a+"].includes(flags)) throw new Error(`files opened with ${flags} are not recorded`);
  const handle = await real.open(path, flags, mode);
  const inside = below(path);
  if (inside === undefined) return handle as unknown as RecordedHandle;
  const node = nodes.get(inside) ?? made("create", inside);
  return new RecordedHandle(handle, node, flags === "a+" ? (await handle.stat()).size : 0);
}
