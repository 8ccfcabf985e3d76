import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundles } from "../bundle.ts";
import { functionNames } from "../functions/functions.ts";
import { glanceApp } from "../stacks/glance-app.ts";
import type { Resources } from "./idle-cost.ts";

/**
 * The resources of all templates by these settings, functions without their code. Throws InvalidDeployment for bad
 * settings.
 */
export async function synthesisedResources(
  context: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Resources> {
  const folder = mkdtempSync(join(tmpdir(), "glance-cost-"));
  try {
    const code = join(folder, "code");
    mkdirSync(code);
    writeFileSync(join(code, "index.mjs"), "export const handler = () => undefined;\n");
    writeFileSync(join(code, "Dockerfile"), "FROM scratch\n");
    const bundle = { directory: code, bytes: 0 };
    const app = await glanceApp({
      context,
      environment: { ...environment, CDK_NAG: "off" },
      outdir: join(folder, "cdk.out"),
      ingress: () => code,
      converter: async () => bundle,
      bundles: async () => Object.fromEntries(functionNames.map((name) => [name, bundle])) as Bundles,
    });
    const templates = app.synth().stacks.map(({ template }) => template as { Resources: Resources });
    return Object.assign({}, ...templates.map(({ Resources }) => Resources));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
