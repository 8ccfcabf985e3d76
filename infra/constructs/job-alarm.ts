import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { GlanceFunction } from "./glance-function.ts";

/**
 * Alarms while a job has stopped itself: every run that finds it stopped logs so, until an operator releases it.
 * The metric has no points, and no price, as long as that does not happen. Who is told is the operator's choice.
 */
export function jobAlarm(job: GlanceFunction, name: string): Alarm {
  const filter = new MetricFilter(job, "Stopped", {
    logGroup: job.log,
    filterPattern: FilterPattern.stringValue("$.message", "=", "stopped"),
    metricNamespace: "Glance/Upkeep",
    metricName: `${name}-stopped`,
    metricValue: "1",
  });
  return new Alarm(job, "StoppedAlarm", {
    alarmDescription: `The job ${name} has stopped itself: its log says why, docs/operations.md what to do.`,
    metric: filter.metric({ statistic: "Sum", period: Duration.minutes(15) }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
