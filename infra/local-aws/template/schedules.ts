import type { FunctionDefinition } from "./functions.ts";
import { property, refuse, text } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface ScheduleDefinition {
  readonly name: string;
  /** Under which it is fired by hand: the `job` of its input, else its function's last name. */
  readonly job: string;
  readonly arn: string;
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  readonly enabled: boolean;
  readonly functionArn: string;
  readonly roleArn: string;
  /** The event, a JSON text; Scheduler sends one of its own when there is none. */
  readonly input?: string;
}

/** `AWS::Scheduler::Schedule` whose target is a function. */
export function scheduleOf(resource: Resource, functions: readonly FunctionDefinition[]): ScheduleDefinition {
  refuse(resource, "StartDate", "EndDate");
  const zone = property(resource, "ScheduleExpressionTimezone") ?? "UTC";
  if (zone !== "UTC")
    throw new Error(`schedule ${resource.logicalId} is in ${zone}: the local runtime keeps UTC only`);
  const input = property(resource, "Target", "Input");
  const functionArn = text(resource, "Target", "Arn");
  const target = functions.find(({ arn }) => arn === functionArn);
  if (!target)
    throw new Error(`the target of schedule ${resource.logicalId} is no function of the app: ${functionArn}`);
  return {
    name: resource.id,
    job: jobOf(input) ?? target.name.split("-").at(-1) ?? target.name,
    arn: resource.arn,
    expression: text(resource, "ScheduleExpression"),
    enabled: property(resource, "State") !== "DISABLED",
    functionArn,
    roleArn: text(resource, "Target", "RoleArn"),
    ...(typeof input === "string" && { input }),
  };
}

/** `{"job":"tidy"}` -> `tidy`. */
function jobOf(input: unknown): string | undefined {
  if (typeof input !== "string") return undefined;
  const { job } = (JSON.parse(input) ?? {}) as { job?: unknown };
  return typeof job === "string" ? job : undefined;
}
