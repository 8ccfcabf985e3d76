import { join } from "node:path";
import { build } from "esbuild";

/** The uploader as one ES module for browsers, hash functions included. esbuild fails when anything in it needs Node. */
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
