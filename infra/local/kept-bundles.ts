import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Bundles, bundleFunctions, type DeployedFiles } from "../bundle.ts";
import { functionNames } from "../functions/functions.ts";
import { sourcesKey } from "./assembly-key.ts";
import { keptFolders } from "./kept-folders.ts";

const root = resolve(import.meta.dirname, "../..");
const kept = keptFolders(join(root, "node_modules/.cache/glance/bundles"));

/** The bundles of an earlier start with the same sources and files, or new ones. Bundling takes 3 s of a start's 5. */
export async function keptBundles(
  outdir: string,
  files: DeployedFiles,
  onPackageFiles: (paths: readonly string[]) => void,
): Promise<Bundles> {
  const sources = sourcesKey(root);
  const key = createHash("sha256")
    .update(`${sources} ${JSON.stringify(files, (_, value) => (value instanceof Map ? [...value] : value))}`)
    .digest("hex");
  const packageFiles = await kept.copyTo(outdir, key);
  if (packageFiles !== undefined) {
    onPackageFiles(packageFiles);
    return Object.fromEntries(functionNames.map((name) => [name, bundleIn(join(outdir, name))])) as Bundles;
  }
  let used: readonly string[] = [];
  const bundles = await bundleFunctions(outdir, root, files, (paths) => {
    used = paths;
  });
  onPackageFiles(used);
  // A source that was written meanwhile: nobody knows which of its contents went in.
  if (sourcesKey(root) === sources) await kept.keep(outdir, key, used);
  return bundles;
}

const bundleIn = (directory: string) => ({ directory, bytes: statSync(join(directory, "index.mjs")).size });
