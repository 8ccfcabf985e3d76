// `npm run cost`: what a month costs in which nobody uses the service, by the settings of cdk.json and the environment.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidDeployment } from "../stacks/invalid-deployment.ts";
import { billedByTheHour, billOf, idleCost } from "./idle-cost.ts";
import { prices } from "./prices.ts";
import { synthesisedResources } from "./synthesised-resources.ts";

const { context } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../cdk.json"), "utf8"));
try {
  const resources = await synthesisedResources(context, process.env);
  for (const [region, list] of Object.entries(prices)) {
    const lines = idleCost(resources, list);
    const { usd, usdBeyondFree } = billOf(lines);
    console.log(`${region} (${list.source})`);
    for (const { what, amount, usd: each } of lines) {
      const count = amount < 1 ? amount.toFixed(3) : String(Math.round(amount));
      console.log(`  ${count.padStart(9)} ${what.padEnd(44)} ${each.toFixed(2).padStart(6)} USD`);
    }
    console.log(`  a month: ${usd.toFixed(2)} USD, ${usdBeyondFree.toFixed(2)} beyond what is always free\n`);
  }
  const byTheHour = billedByTheHour(resources);
  console.log(
    byTheHour.length === 0
      ? "nothing is billed by the hour"
      : `billed by the hour besides: ${byTheHour.join(", ")}`,
  );
} catch (error) {
  if (!(error instanceof InvalidDeployment)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
