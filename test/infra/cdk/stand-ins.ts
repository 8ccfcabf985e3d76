import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type FunctionName, functionNames, sourceOf } from "../../../infra/functions/functions.ts";

/** A project folder whose functions only say their name: what the stacks make does not depend on their code. */
export async function standInProject(
  source: (name: FunctionName) => string = (name) => `export const handler = async () => "${name}";`,
) {
  const root = await mkdtemp(join(tmpdir(), "glance-cdk-"));
  for (const name of functionNames) {
    const file = join(root, sourceOf(name));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source(name));
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
