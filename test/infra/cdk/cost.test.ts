import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { costPage, deployments } from "../../../infra/cost/cost-page.ts";
import { billedByTheHour, billOf, idleCost, type Resources } from "../../../infra/cost/idle-cost.ts";
import { measuredUnits, thousandOf } from "../../../infra/cost/operation-cost.ts";
import { type Prices, prices } from "../../../infra/cost/prices.ts";
import { synthesisedResources } from "../../../infra/cost/synthesised-resources.ts";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../..", file), "utf8");
const list = prices["us-east-1"] as Prices;
const month = (resources: Resources) => billOf(idleCost(resources, list));

/** What an idle month may cost: all of it, and beyond what every account has for nothing. Lower them with the figures. */
const most: Readonly<Record<string, readonly [number, number]>> = {
  "own identity service": [3.4, 2],
  "a Keystone": [2.8, 1.4],
  "OpenID Connect": [2.4, 1],
};

describe.each(Object.entries(deployments))("with users from %s", async (name, settings) => {
  const resources = await synthesisedResources({ settings }, {});

  it("an idle month costs no more than it did", () => {
    const { usd, usdBeyondFree } = month(resources);
    const [all = 0, beyondFree = 0] = most[name] ?? [];
    expect(usd).toBeLessThan(all);
    expect(usd).toBeGreaterThan(all - 0.2);
    expect(usdBeyondFree).toBeLessThan(beyondFree);
  });

  it("nothing is billed by the hour", () => {
    expect(billedByTheHour(resources)).toEqual([]);
  });

  it("there is a key that signs only where this service signs", () => {
    const keys = Object.values(resources).filter(({ Type }) => Type === "AWS::KMS::Key");
    expect(keys).toHaveLength(name === "own identity service" ? 1 : 0);
  });
});

it.each([
  {
    ingress_public_url: "https://images.example",
    ingress_certificate_arn: "arn:aws:acm:eu-central-1:123456789012:certificate/0123-4567",
  },
  { image_import_plugins: ["image_conversion"], image_converters: 1 },
])("what is billed by the hour is named: %j", async (settings) => {
  const resources = await synthesisedResources({ settings }, {});
  expect(billedByTheHour(resources)).toContain("AWS::ECS::Service");
});

it("each kind of resource that is billed has its line", () => {
  const alarm = (metrics: number) => ({
    Type: "AWS::CloudWatch::Alarm",
    Properties: { Metrics: [{ Expression: "a" }, ...Array(metrics).fill({ MetricStat: {} })] },
  });
  const resources: Resources = {
    key: { Type: "AWS::KMS::Key" },
    polled: { Type: "AWS::Lambda::EventSourceMapping" },
    resting: { Type: "AWS::Lambda::EventSourceMapping", Properties: { Enabled: false } },
    mathematics: alarm(3),
    plain: { Type: "AWS::CloudWatch::Alarm", Properties: { MetricName: "one" } },
    balancer: { Type: "AWS::ElasticLoadBalancingV2::LoadBalancer" },
  };
  expect(idleCost(resources, list).map(({ amount }) => amount)).toEqual([1, 648_000, 4]);
  expect(month(resources).usd).toBeCloseTo(1 + 0.2592 + 0.4, 4);
  expect(month(resources).usdBeyondFree).toBe(1);
  expect(billedByTheHour(resources)).toEqual(["AWS::ElasticLoadBalancingV2::LoadBalancer"]);
});

it("a schedule of another form is refused, not left out", () => {
  const schedule = { ScheduleExpression: "cron(0 1 * * ? *)", Target: { Arn: {} } };
  const resources = { one: { Type: "AWS::Scheduler::Schedule", Properties: schedule } };
  expect(() => idleCost(resources, list)).toThrow("another form: cron");
});

it("a thousand creations cost what their measured units cost", () => {
  const create = measuredUnits(read("docs/access-patterns.md")).get("create");
  expect(create).toEqual({ reads: 0, writes: 12 });
  const usd = thousandOf({ what: "", reads: 0, writes: 12 }, { ...list, logsGb: 0 }, 1);
  expect(usd).toBeCloseTo(0.0035 + 0.0002 + 12 * 0.000625 + 50 * 0.0000133334, 6);
});

it("docs/cost.md is what `npm run docs` writes, and README.md says its figures", async () => {
  const page = await costPage();
  expect(read("docs/cost.md") === page, "docs/cost.md is old: run npm run docs").toBe(true);
  const figures = Object.keys(deployments).map(
    (name) => new RegExp(`^\\| ${name} \\| ([\\d.]+) `, "m").exec(page)?.[1] ?? "no figure",
  );
  for (const figure of figures) expect(read("README.md")).toContain(`${figure} USD`);
});
