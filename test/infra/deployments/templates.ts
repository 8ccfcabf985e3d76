import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundles, bundleFunctions } from "../../../infra/bundle.ts";
import { glanceApp } from "../../../infra/stacks/glance-app.ts";
import { standInProject } from "../cdk/stand-ins.ts";
import { cdkContext } from "../cdk/synthesise.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface StackTemplate {
  readonly name: string;
  /** As it is handed to CloudFormation. */
  readonly bytes: number;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Export?: unknown }>>;
}

/** What one set of options leads to. */
export interface Deployment {
  readonly context: Readonly<Record<string, unknown>>;
  readonly stacks: readonly StackTemplate[];
  /** What cdk-nag and CloudFormation's own rules say against it. */
  readonly violations: readonly unknown[];
}

const parts = ["state", "api", "upkeep"];

async function deploymentOf(
  context: Readonly<Record<string, unknown>>,
  bundles: Bundles,
): Promise<Deployment> {
  const outdir = await mkdtemp(join(tmpdir(), "glance-deployment-"));
  try {
    const app = await glanceApp({
      context: { ...cdkContext, ...context },
      environment: {},
      outdir,
      bundles: async () => bundles,
    });
    // It throws for what the report says, too.
    try {
      app.synth();
    } catch (error) {
      if ((error as Error).name !== "ValidationFailed") throw error;
    }
    const stacks = parts.map((part): StackTemplate => {
      const text = readFileSync(join(outdir, `glance-${part}.template.json`), "utf8");
      return { ...JSON.parse(text), name: `glance-${part}`, bytes: Buffer.byteLength(text) };
    });
    const report = JSON.parse(readFileSync(join(outdir, "validation-report.json"), "utf8"));
    const violations = report.pluginReports.flatMap((one: { violations: unknown[] }) => one.violations);
    return { context, stacks, violations };
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

/** The templates of each, one after the other: a synthesis is busy all the time. */
export async function deployments(
  contexts: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly Deployment[]> {
  const { root, remove } = await standInProject();
  try {
    const bundles = await bundleFunctions(join(root, "bundles"), root);
    const made: Deployment[] = [];
    for (const context of contexts) made.push(await deploymentOf(context, bundles));
    return made;
  } finally {
    await remove();
  }
}
