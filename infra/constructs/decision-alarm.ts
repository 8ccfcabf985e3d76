import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { GlanceFunction } from "./glance-function.ts";

export interface DecisionAlarmProps {
  /** Name of the job. */
  readonly job: string;
  /** What the job's log lines say in `decision`. */
  readonly decision: string;
  /** Name of the metric behind the job's: letters and dashes. */
  readonly metric: string;
  /** What a line counts for: a field of it like `$.count`, or a figure. */
  readonly value: string;
  readonly description: string;
}

/** Alarms when a job says something that a person should look at; the metric has no points, and no price, before. */
export function decisionAlarm(
  job: GlanceFunction,
  { job: name, decision, metric, value, description }: DecisionAlarmProps,
): Alarm {
  const filter = new MetricFilter(job, `${metric}-filter`, {
    logGroup: job.log,
    filterPattern: FilterPattern.stringValue("$.decision", "=", decision),
    metricNamespace: "Glance/Upkeep",
    metricName: `${name}-${metric}`,
    metricValue: value,
  });
  return new Alarm(job, `${metric}-alarm`, {
    alarmDescription: description,
    metric: filter.metric({ statistic: "Sum", period: Duration.minutes(15) }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
