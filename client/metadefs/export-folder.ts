import { mkdir, readFile } from "node:fs/promises";
import { isJsonObject } from "../../shared/json-object.ts";
import { UsageError } from "../command-line/failures.ts";
import { writeWhole } from "../machine/write-whole.ts";
import { namespaceBody } from "../openstack/namespace-body.ts";
import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";

/** For everybody to read, as other files of definitions. */
const FILE_MODE = 0o644;
const INDENT = 4;

/** The namespace of a definition file; undefined where there is no file. Null for any other file. */
async function namespaceIn(file: string): Promise<string | null | undefined> {
  try {
    const body: unknown = JSON.parse(await readFile(file, "utf8"));
    return isJsonObject(body) && typeof body.namespace === "string" ? body.namespace : null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Makes the folder where there is none, and looks at the files that are to be written for each namespace. An earlier export's files may be replaced by the same namespaces'; throws
 * UsageError where another file is in the way.
 */
export async function prepareFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [namespace, file] of files) {
    const there = await namespaceIn(file);
    if (there !== undefined && there !== namespace)
      throw new UsageError(
        `${file} is another file than that of ${namespace}; move it, or name another folder`,
      );
  }
}

/**
 * Writes one definition file, whole or not at all, in upstream's form: with what objects require, which upstream's
 * exporter leaves out, and with the owner where it is another project than the caller's.
 */
export async function writeDefinitions(
  file: string,
  { owner, ...definitions }: NamespaceDefinitions,
  callersProject: string | undefined,
): Promise<void> {
  const isOwn = owner === undefined || owner === callersProject;
  const body = namespaceBody(isOwn ? definitions : { ...definitions, owner });
  await writeWhole(file, `${JSON.stringify(body, null, INDENT)}\n`, FILE_MODE);
}
