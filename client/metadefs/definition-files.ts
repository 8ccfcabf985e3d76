import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { definitionsOf, type NamespaceDefinitions } from "../openstack/namespace-definitions.ts";

/** One file, as far as it could be read. */
export type DefinitionFile =
  | { readonly file: string; readonly definitions: NamespaceDefinitions }
  | { readonly file: string; readonly error: Error };

/** More than the service takes in one call (API Gateway: 10 MB). */
const MAX_FILE_BYTES = 10_000_000;

/** The files to read: those of a folder that are named so, in the order of their names. */
async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".json")).sort();
  if (names.length === 0) throw new Error("holds no file whose name ends in .json");
  return names.map((name) => join(path, name));
}

async function readDefinitions(file: string): Promise<NamespaceDefinitions> {
  const found = await stat(file);
  if (!found.isFile()) throw new Error("it is no regular file");
  if (found.size > MAX_FILE_BYTES) throw new Error(`it has more than ${MAX_FILE_BYTES} bytes`);
  // It takes a byte order mark away, and refuses what is no UTF-8.
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  const definitions = definitionsOf(JSON.parse(text));
  // Upstream's loader writes `admin` where a file names no owner, though no project has this id.
  if (definitions.owner !== "admin") return definitions;
  const { owner: _, ...others } = definitions;
  return others;
}

/**
 * Reads definition files and folders of them, each once. What cannot be read, is no definition file, or has the
 * namespace of a file before it, is told with its reason, and the others count.
 */
export async function readDefinitionFiles(paths: readonly string[]): Promise<readonly DefinitionFile[]> {
  const read: DefinitionFile[] = [];
  const seen = new Set<string>();
  const fileOf = new Map<string, string>();
  const failed = (file: string, error: unknown) =>
    read.push({ file, error: error instanceof Error ? error : new Error(String(error)) });
  for (const path of paths) {
    const files = await filesAt(path).catch((error: unknown) => {
      failed(path, error);
      return [];
    });
    for (const file of files) {
      if (seen.has(resolve(file))) continue;
      seen.add(resolve(file));
      try {
        const definitions = await readDefinitions(file);
        const before = fileOf.get(definitions.namespace);
        if (before !== undefined) throw new Error(`its namespace ${definitions.namespace} is in ${before}`);
        fileOf.set(definitions.namespace, file);
        read.push({ file, definitions });
      } catch (error) {
        failed(file, error);
      }
    }
  }
  return read;
}
