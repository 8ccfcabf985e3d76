import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { functionNames } from "../../../infra/functions/functions.ts";
import { deadLetters, functionOf, ofType, upkeep } from "./synthesised.ts";

export function jobs(): void {
  describe("the outbox job", () => {
    test("runs every minute, and an alarm tells when notifications wait for an hour", () => {
      upkeep.hasResourceProperties("AWS::Scheduler::Schedule", {
        Description: "outbox",
        ScheduleExpression: "rate(1 minute)",
      });
      upkeep.hasResourceProperties("AWS::Logs::MetricFilter", {
        FilterPattern: '{ $.message = "notifications wait" }',
        MetricTransformations: [{ MetricValue: "$.waiting_seconds" }],
      });
      upkeep.hasResourceProperties("AWS::CloudWatch::Alarm", {
        Threshold: 3600,
        TreatMissingData: "notBreaching",
      });
    });
  });

  test("a scheduled run that fails is not repeated, waits no longer than for the next one, and is a dead letter", () => {
    const configs = Object.values(upkeep.findResources("AWS::Lambda::EventInvokeConfig")).map(
      ({ Properties }) => Properties,
    );
    const scheduled = functionNames.filter((name) => name.startsWith("upkeep/"));
    expect(configs.map(({ FunctionName }) => FunctionName.Ref).toSorted()).toEqual(
      scheduled.map((name) => functionOf(name).id).toSorted(),
    );
    for (const config of configs) {
      expect(config).toMatchObject({
        Qualifier: "$LATEST",
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: deadLetters } },
      });
      expect(config.MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(60);
      expect(config.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
    }
  });

  test("the reaper runs every five minutes, and its lost calls are kept", () => {
    const { id } = functionOf("upkeep/reaper");
    upkeep.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression: "rate(5 minutes)",
      Target: {
        Arn: { "Fn::GetAtt": [id, "Arn"] },
        Input: '{"job":"reaper"}',
        RetryPolicy: { MaximumRetryAttempts: 2 },
        DeadLetterConfig: { Arn: Match.anyValue() },
      },
    });
  });

  test("a job that has stopped itself alarms until it is released", () => {
    const FilterPattern = '{ $.message = "stopped" }';
    const [filter] = Object.values(
      upkeep.findResources("AWS::Logs::MetricFilter", { Properties: { FilterPattern } }),
    ).map(({ Properties }) => Properties);
    const [metric] = filter?.MetricTransformations ?? [];
    expect(metric).toMatchObject({ MetricNamespace: "Glance/Upkeep", MetricName: "reaper-stopped" });
    upkeep.hasResourceProperties("AWS::CloudWatch::Alarm", {
      Namespace: metric.MetricNamespace,
      MetricName: metric.MetricName,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
    });
  });

  test("upkeep jobs tell how old the oldest thing is that waits, and what failed, as metrics", () => {
    const filters = ofType("AWS::Logs::MetricFilter").map(([, { Properties }]) => Properties);
    for (const metric of ["OldestPending", "Failed"]) {
      const found = filters.filter(({ MetricTransformations }) =>
        JSON.stringify(MetricTransformations).includes(`"${metric}"`),
      );
      expect(found.length, metric).toBeGreaterThanOrEqual(2);
    }
    upkeep.hasResourceProperties("AWS::Logs::MetricFilter", {
      FilterPattern: '{ ($.message = "result") && ($.oldest_seconds > 0) }',
      MetricTransformations: [
        {
          MetricNamespace: "Glance/Upkeep",
          MetricName: "OldestPending",
          MetricValue: "$.oldest_seconds",
          Dimensions: [{ Key: "job", Value: "$.job" }],
        },
      ],
    });
  });
}
