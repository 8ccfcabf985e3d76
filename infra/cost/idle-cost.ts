import { ownValue } from "../../shared/own-value.ts";
import { alwaysFree, type Prices } from "./prices.ts";

/** A resource as a template has it. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
export type Resources = Readonly<Record<string, Resource>>;

/** One line of the bill of a month in which nobody uses the service. */
export interface CostLine {
  readonly what: string;
  readonly amount: number;
  readonly usd: number;
  /** What is left of it after the free amounts that each account has. */
  readonly usdBeyondFree: number;
}

const MONTH_MINUTES = 30 * 24 * 60;
/** Lambda reads a queue with five pollers that wait 20 s each (Lambda guide, "Using Lambda with Amazon SQS"). */
const POLLS_A_MONTH = (5 * MONTH_MINUTES * 60) / 20;
/** Of a run that finds nothing: half a second, and what it asks of the table and writes to its log, rounded up. */
const RUN = { seconds: 0.5, reads: 3, writes: 1, logBytes: 1000 };
const MILLION = 1_000_000;

/** What is billed by the hour, whether used or not: nothing of it is made by default. */
const hourly =
  /^AWS::(EC2::(NatGateway|VPCEndpoint|Instance)|ElasticLoadBalancingV2::LoadBalancer|ECS::Service|EFS::MountTarget|RDS::|ElastiCache::)/;

/** Types of resources that are billed by the hour in these templates. */
export const billedByTheHour = (resources: Resources): string[] =>
  Object.values(resources)
    .map(({ Type }) => Type)
    .filter((type) => hourly.test(type));

/** An alarm is billed by the metrics that it looks at, those of its mathematics too. */
function metricsOf({ Properties: { Metrics } = {} }: Resource): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((metric: { MetricStat?: unknown }) => metric.MetricStat !== undefined).length;
}

interface Run {
  readonly times: number;
  readonly gigabytes: number;
}

const unitMinutes = new Map([
  ["minute", 1],
  ["hour", 60],
  ["day", 1440],
]);

/** How often schedules start their functions in a month, and how large those are. */
function runsOf(resources: Resources): readonly Run[] {
  return Object.values(resources).flatMap(({ Type, Properties = {} }): Run[] => {
    if (Type !== "AWS::Scheduler::Schedule" || Properties.State === "DISABLED") return [];
    const { ScheduleExpression, Target } = Properties as {
      ScheduleExpression: string;
      Target: { Arn: { "Fn::GetAtt"?: readonly [string, string] } };
    };
    const [, count = "", unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
    const minutes = Number(count) * (unitMinutes.get(unit) ?? Number.NaN);
    const target = ownValue(resources, Target.Arn["Fn::GetAtt"]?.[0] ?? "")?.Properties;
    if (!(minutes > 0) || typeof target?.MemorySize !== "number")
      throw new Error(`a schedule of another form: ${ScheduleExpression}`);
    return [{ times: MONTH_MINUTES / minutes, gigabytes: target.MemorySize / 1024 }];
  });
}

/** What the resources of all templates cost in a month in which nobody uses them; stored things are not in it. */
export function idleCost(resources: Resources, prices: Prices): readonly CostLine[] {
  const all = Object.values(resources);
  const ofType = (type: string) => all.filter(({ Type }) => Type === type);
  const line = (what: string, amount: number, price: number, free = 0): CostLine => ({
    what,
    amount,
    usd: amount * price,
    usdBeyondFree: Math.max(0, amount - free) * price,
  });
  const polled = ofType("AWS::Lambda::EventSourceMapping").filter(
    ({ Properties }) => Properties?.Enabled !== false,
  );
  const alarms = ofType("AWS::CloudWatch::Alarm").reduce((sum, alarm) => sum + metricsOf(alarm), 0);
  const runs = runsOf(resources);
  const times = runs.reduce((sum, run) => sum + run.times, 0);
  const gbSeconds = runs.reduce((sum, run) => sum + run.times * run.gigabytes * RUN.seconds, 0);
  const { queueRequests, schedules, functionRequests, readUnits, writeUnits } = prices;
  return [
    line("keys that sign tokens or encrypt", ofType("AWS::KMS::Key").length, prices.keyMonth),
    line("secrets", ofType("AWS::SecretsManager::Secret").length, prices.secretMonth),
    line(
      `requests of Lambda's pollers to ${polled.length} queues`,
      polled.length * POLLS_A_MONTH,
      queueRequests / MILLION,
      alwaysFree.queueRequests,
    ),
    line("metrics under alarms", alarms, prices.alarmMonth, alwaysFree.alarms),
    line(
      "dashboards",
      ofType("AWS::CloudWatch::Dashboard").length,
      prices.dashboardMonth,
      alwaysFree.dashboards,
    ),
    line("web access lists", ofType("AWS::WAFv2::WebACL").length, prices.webAclMonth),
    line("scheduled runs", times, schedules / MILLION, alwaysFree.schedules),
    line("calls of functions", times, functionRequests / MILLION, alwaysFree.functionRequests),
    line("their GB-seconds", gbSeconds, prices.functionGbSecond, alwaysFree.functionGbSeconds),
    line("read units", times * RUN.reads, readUnits / MILLION),
    line("write units", times * RUN.writes, writeUnits / MILLION),
    line("GB of logs", (times * RUN.logBytes) / 1e9, prices.logsGb, alwaysFree.logsGb),
  ].filter(({ amount }) => amount > 0);
}

/** The sum of a bill, before and after the free amounts. */
export const billOf = (lines: readonly CostLine[]) => ({
  usd: lines.reduce((sum, { usd }) => sum + usd, 0),
  usdBeyondFree: lines.reduce((sum, { usdBeyondFree }) => sum + usdBeyondFree, 0),
});
