// Makes dist/imagectl.mjs: the whole client in one file that any Node from 20 on runs without anything else.
import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const outfile = fileURLToPath(new URL("dist/imagectl.mjs", import.meta.url));
await build({
  entryPoints: [fileURLToPath(new URL("imagectl.ts", import.meta.url))],
  outfile,
  bundle: true,
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
