import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { glanceApp } from "../../../infra/stacks/glance-app.ts";
import { standInProject } from "./stand-ins.ts";

export interface Synthesised {
  readonly state: Template;
  readonly api: Template;
  readonly upkeep: Template;
}

/** The three templates of the app in this process, with stand-ins for functions and cdk-nag off. */
export async function synthesise(
  context: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Synthesised> {
  const { root, remove } = await standInProject();
  try {
    const app = await glanceApp({
      context,
      environment: { ...environment, CDK_NAG: "off" },
      outdir: join(root, "cdk.out"),
      bundles: () => bundleFunctions(join(root, "bundles"), root),
    });
    const template = (part: string): Template => {
      const stack = app.node.children.find((child) => child.node.id.endsWith(part));
      if (!Stack.isStack(stack)) throw new Error(`no stack ${part}`);
      return Template.fromStack(stack);
    };
    return { state: template("-state"), api: template("-api"), upkeep: template("-upkeep") };
  } finally {
    await remove();
  }
}
