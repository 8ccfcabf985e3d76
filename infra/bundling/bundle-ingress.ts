import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { requireBanner } from "./require-banner.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

/** Makes the folder that the ingress's container is built of: its program `index.mjs` and its Dockerfile. Answers it. */
export function bundleIngress(directory: string): string {
  buildSync({
    absWorkingDir: projectRoot,
    entryPoints: [{ in: "client/ingress/main.ts", out: "index" }],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    ...{ bundle: true, minify: true, format: "esm", platform: "node", target: "node20" },
    mainFields: ["module", "main"],
    banner: { js: requireBanner },
    legalComments: "linked",
    logLevel: "silent",
  });
  copyFileSync(join(projectRoot, "client/ingress/Dockerfile"), join(directory, "Dockerfile"));
  return directory;
}
