import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** hash-wasm makes a lock for each of its hashes while it is loaded: so marked, those of unused hashes are left out. */
const onlyUsedLocks: Plugin = {
  name: "only-used-locks",
  setup({ onLoad }) {
    onLoad({ filter: /hash-wasm[\\/]dist[\\/]index\.esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replaceAll("new Mutex()", "/* @__PURE__ */ new Mutex()") };
    });
  },
};

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
    plugins: [onlyUsedLocks],
  });
  const [module] = outputFiles;
  if (!module) throw new Error("esbuild made no module");
  return module.text;
}
