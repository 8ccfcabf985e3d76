import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// npm and npx put the Node 24 of the lock file first in PATH; anything else may start us with an older one.
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`Node 24 or later is needed, this is ${process.version}: run it through npm or npx.`);
  process.exit(1);
}
const { bundleFunctions } = await import("./bundle.ts");
const { bundleIngress } = await import("./bundling/bundle-ingress.ts");
const { bundleProgram } = await import("./bundling/bundle-program.ts");
const { glanceApp } = await import("./stacks/glance-app.ts");
const { InvalidDeployment } = await import("./stacks/invalid-deployment.ts");

// Read here as well as by the CLI, so that the app makes the same templates without it.
const { context } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../cdk.json"), "utf8"));
const bundleDirectory = mkdtempSync(join(tmpdir(), "glance-bundles-"));
try {
  const list = process.env.BUNDLE_PACKAGES;
  const packageFiles = new Set<string>();
  const onPackageFiles = (paths: readonly string[]) => {
    for (const path of paths) packageFiles.add(path);
    if (list) writeFileSync(list, JSON.stringify([...packageFiles]));
  };
  const app = await glanceApp({
    context,
    environment: process.env,
    // The local runtime has an ingress of its own.
    ...(process.env.KEPT_BUNDLES !== "on" && {
      ingress: () => bundleIngress(join(bundleDirectory, "ingress")),
    }),
    converter: (files) => bundleProgram(bundleDirectory, "converter", files, onPackageFiles),
    bundles: async (files) => {
      // The local runtime's alone: what is deployed is always made again.
      const bundles =
        process.env.KEPT_BUNDLES === "on"
          ? await (await import("./local/kept-bundles.ts")).keptBundles(
              bundleDirectory,
              files,
              onPackageFiles,
            )
          : await bundleFunctions(bundleDirectory, undefined, files, onPackageFiles);
      if (process.env.BUNDLE_SIZES === "on") {
        for (const [name, { bytes }] of Object.entries(bundles)) console.error(`${name}: ${bytes} bytes`);
      }
      return bundles;
    },
  });
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidDeployment)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(bundleDirectory, { recursive: true, force: true });
}
