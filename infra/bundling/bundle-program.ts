import { copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { Bundle, DeployedFiles } from "../bundle.ts";
import type { ProgramName } from "../functions/programs.ts";
import { absentStores } from "./absent-stores.ts";
import { requireBanner } from "./require-banner.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

/**
 * A program as one module, beside the Dockerfile of its container: the folder is all that the container is built of. It
 * starts once, so that its size costs nothing, and it gets its credentials where containers do.
 */
export async function bundleProgram(
  outdir: string,
  name: ProgramName,
  { absentStores: absent = [] }: DeployedFiles,
  onPackageFiles: (paths: readonly string[]) => void = () => {},
): Promise<Bundle> {
  const directory = join(outdir, "programs", name);
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [{ in: `functions/programs/${name}/main.ts`, out: "index" }],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    ...{ bundle: true, minify: true, format: "esm", platform: "node", target: "node24" },
    mainFields: ["module", "main"],
    plugins: [absentStores(absent)],
    banner: { js: requireBanner },
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  });
  await copyFile(join(projectRoot, `functions/programs/${name}/Dockerfile`), join(directory, "Dockerfile"));
  onPackageFiles(
    Object.keys(metafile.inputs)
      .filter((path) => path.includes("node_modules/"))
      .map((path) => resolve(projectRoot, path)),
  );
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { directory, bytes };
}
