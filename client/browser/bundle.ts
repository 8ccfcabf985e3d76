import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * The uploader as one ES module for browsers, hash functions included. esbuild fails when anything in it needs Node.
 * As a program: `node client/browser/bundle.ts FILE` writes it.
 */
export async function bundleUploader(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "upload-image.ts")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "inline",
    logLevel: "silent",
  });
  const [module] = outputFiles;
  if (!module) throw new Error("esbuild made no module");
  return module.text;
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    console.error("usage: node client/browser/bundle.ts FILE");
    process.exit(2);
  }
  await writeFile(file, await bundleUploader());
}
