// Makes what the package imagectl has beside its manifest and README: dist/imagectl.mjs, the whole client in one file
// that any Node from 20 on runs without anything else, and the licences of what is in it. npm pack runs it.
import { chmod, copyFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { thirdPartyNotices } from "./third-party-notices.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = at("dist/imagectl.mjs");
const { metafile } = await build({
  entryPoints: [at("imagectl.ts")],
  outfile,
  bundle: true,
  metafile: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Packages in CommonJS call require, which a module has not. The shell's line comes from the entry file.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: "warning",
});
await chmod(outfile, 0o755);
await copyFile(at("../LICENSE"), at("LICENSE"));
await writeFile(at("THIRD-PARTY-NOTICES"), thirdPartyNotices(Object.keys(metafile.inputs)));
