import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { GlanceFunction } from "./glance-function.ts";

export interface WaitingAlarmProps {
  readonly job: GlanceFunction;
  /** The line that the job logs when something waits too long, with `waiting_seconds`. */
  readonly message: string;
  readonly metric: string;
  readonly limit: Duration;
}

/** An alarm for what waits too long behind a job. No line, no figure: the metric costs nothing while all is well. */
export class WaitingAlarm extends Construct {
  constructor(scope: Construct, id: string, { job, message, metric, limit }: WaitingAlarmProps) {
    super(scope, id);
    const filter = new MetricFilter(this, "Filter", {
      logGroup: job.lambda.logGroup,
      filterPattern: FilterPattern.stringValue("$.message", "=", message),
      metricNamespace: "ImageService",
      metricName: metric,
      metricValue: "$.waiting_seconds",
    });
    new Alarm(this, "Alarm", {
      alarmDescription: `${message}: see docs/operations.md`,
      metric: filter.metric({ statistic: "Maximum", period: Duration.minutes(5) }),
      threshold: limit.toSeconds(),
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
