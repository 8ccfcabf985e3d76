import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** Namespace of all metrics that are made of the jobs' log lines. */
export const METRICS = "Glance/Upkeep";

export interface LogAlarmProps {
  readonly log: LogGroup;
  /** A field of the log's lines and its text, by which lines count. */
  readonly field: "message" | "decision";
  readonly says: string;
  readonly metric: string;
  /** What a line counts for: a field of it like `$.count`; one, when absent. */
  readonly value?: string;
  /** Alarm from this on; one line is enough when absent. Seconds of waiting are compared one by one, counts summed. */
  readonly waitingSeconds?: number;
  readonly description: string;
}

/**
 * Alarms when a job logs something that a person should look at. The metric has no points, and no price, as long as
 * that does not happen. Who is told is the operator's choice.
 */
export class LogAlarm extends Construct {
  constructor(scope: Construct, id: string, props: LogAlarmProps) {
    super(scope, id);
    const { log, field, says, metric: metricName, value = "1", waitingSeconds, description } = props;
    const filter = new MetricFilter(this, "Filter", {
      logGroup: log,
      filterPattern: FilterPattern.stringValue(`$.${field}`, "=", says),
      metricNamespace: METRICS,
      metricName,
      metricValue: value,
    });
    new Alarm(this, "Alarm", {
      alarmDescription: description,
      metric: filter.metric({
        statistic: waitingSeconds ? "Maximum" : "Sum",
        period: Duration.minutes(waitingSeconds ? 5 : 15),
      }),
      threshold: waitingSeconds ?? 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
