import { Aws, Stack } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { GlanceFunction } from "./glance-function.ts";

export interface ScheduleProps {
  /** Name of the job, handed to the function as `{ "job": name }`. */
  readonly job: string;
  readonly everyMinutes: number;
  readonly target: GlanceFunction;
  readonly deadLetters: IQueue;
  /** Only an operator fires the job: the schedule is there, and off. */
  readonly isOff: boolean;
}

/** Calls a function again and again. A late call is worth nothing once the next one is due. */
export class Schedule extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { job, everyMinutes, target, deadLetters, isOff }: ScheduleProps,
  ) {
    super(scope, id);
    const { functionArn } = target.lambda;
    const role = new Role(this, "Role", {
      // Without these a schedule of somebody else's could borrow this role (Scheduler user guide, "Confused deputy
      // prevention": the source is the group, not the schedule).
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: {
            "aws:SourceAccount": Aws.ACCOUNT_ID,
            "aws:SourceArn": Stack.of(this).formatArn({
              service: "scheduler",
              resource: "schedule-group",
              resourceName: "default",
            }),
          },
        },
      }),
      inlinePolicies: {
        schedule: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }),
            new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [deadLetters.queueArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, "Schedule", {
      description: job,
      state: isOff ? "DISABLED" : "ENABLED",
      scheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ job }),
        retryPolicy: { maximumEventAgeInSeconds: everyMinutes * 60, maximumRetryAttempts: 2 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
  }
}
