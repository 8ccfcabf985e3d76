import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { glanceApp } from "../../../infra/stacks/glance-app.ts";
import { standInProject } from "./stand-ins.ts";

test("neither cdk-nag nor CloudFormation's schemas find anything, whatever the stacks are called", async () => {
  const { root, remove } = await standInProject();
  try {
    const app = await glanceApp({
      context: { name: "other" },
      environment: {},
      outdir: join(root, "cdk.out"),
      bundles: () => bundleFunctions(join(root, "bundles"), root),
    });
    expect(() => app.synth()).not.toThrow();
    // Some findings are only warned of.
    const report = JSON.parse(await readFile(join(root, "cdk.out", "validation-report.json"), "utf8"));
    expect(report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations)).toEqual(
      [],
    );
  } finally {
    await remove();
  }
}, 60_000);
