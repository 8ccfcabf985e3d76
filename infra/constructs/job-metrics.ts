import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { GlanceFunction } from "./glance-function.ts";

/** Figures that an upkeep job logs as metrics in the namespace `Glance/Upkeep`, for alarms of the operator's. */
export function jobMetrics({ log: logGroup }: GlanceFunction): void {
  for (const [field, metricName] of [
    ["oldest_seconds", "OldestPending"],
    ["failed", "Failed"],
  ] as const) {
    new MetricFilter(logGroup, metricName, {
      logGroup,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue("$.message", "=", "result"),
        FilterPattern.numberValue(`$.${field}`, ">=", 0),
      ),
      metricNamespace: "Glance/Upkeep",
      metricName,
      metricValue: `$.${field}`,
      dimensions: { job: "$.job" },
    });
  }
}
