import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { glanceApp } from "../../../infra/stacks/glance-app.ts";
import { standInProject } from "./stand-ins.ts";

/** The context that cdk.json gives each deployment. */
export const cdkContext: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../../cdk.json"), "utf8"),
).context;

export interface Synthesised {
  readonly state: Template;
  readonly api: Template;
  readonly upkeep: Template;
  /** Where the settings ask for one. */
  readonly ingress?: Template;
}

/** Instead of a bundle: what would be built is not looked at. */
export const ingressProgram = (root: string) => () => {
  mkdirSync(join(root, "ingress"), { recursive: true });
  writeFileSync(join(root, "ingress", "Dockerfile"), "FROM scratch\n");
  return join(root, "ingress");
};

/** The three templates of the app in this process, with stand-ins for functions and cdk-nag off. */
export async function synthesise(
  context: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Synthesised> {
  const { root, remove } = await standInProject();
  try {
    const app = await glanceApp({
      context: { ...cdkContext, ...context },
      environment: { ...environment, CDK_NAG: "off" },
      outdir: join(root, "cdk.out"),
      ingress: ingressProgram(root),
      bundles: () => bundleFunctions(join(root, "bundles"), root),
    });
    const stackOf = (part: string) => app.node.children.find((child) => child.node.id.endsWith(part));
    const template = (part: string): Template => {
      const stack = stackOf(part);
      if (!Stack.isStack(stack)) throw new Error(`no stack ${part}`);
      return Template.fromStack(stack);
    };
    return {
      ...{ state: template("-state"), api: template("-api"), upkeep: template("-upkeep") },
      ...(stackOf("-ingress") && { ingress: template("-ingress") }),
    };
  } finally {
    await remove();
  }
}
