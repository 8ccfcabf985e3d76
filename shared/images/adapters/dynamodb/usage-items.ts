import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { WriteItem } from "../../../aws/transaction.ts";
import { limitNames } from "../../../settings/limit-names.ts";
import { countedAs, highestBefore, type KeptLimits } from "../../domain/limits.ts";
import { noUsage, type Usage, usageChanges } from "../../domain/usage.ts";
import type { Change } from "../../ports/change.ts";
import { usageKey } from "./keys.ts";

/** What one change does to one project's counter. */
export interface CounterChange {
  readonly project: string;
  readonly change: Usage;
  readonly limits?: KeptLimits;
}

/** The counters that a change writes: of projects whose usage changes, and of the one whose limits it must keep. */
export function counterChanges({ image, limits }: Change): CounterChange[] {
  const changes = usageChanges(image.before, image.after);
  if (limits && !changes.has(limits.project)) changes.set(limits.project, noUsage);
  return [...changes].map(([project, change]) => ({
    project,
    change,
    ...(limits?.project === project ? { limits } : {}),
  }));
}

/**
 * The item of the change's transaction that raises the counter, on condition that the counter is there and leaves
 * room. The revision tells a recount that the usage has changed meanwhile.
 */
export function counterUpdate(TableName: string, { project, change, limits }: CounterChange): WriteItem {
  const changed = limitNames.filter((name) => change[name] !== 0);
  const isCounted = "attribute_exists(pk)";
  const hasRoom = (limits?.limits ?? []).map((kept, index) => `${countedAs(kept.limit)} <= :highest${index}`);
  return {
    Update: {
      TableName,
      Key: usageKey(project),
      UpdateExpression: `ADD ${["revision :one", ...changed.map((name) => `${name} :${name}`)].join(", ")}`,
      ConditionExpression: [isCounted, ...hasRoom].join(" AND "),
      ExpressionAttributeValues: {
        ":one": 1,
        ...Object.fromEntries(changed.map((name) => [`:${name}`, change[name]])),
        ...Object.fromEntries(
          (limits?.limits ?? []).map((kept, index) => [`:highest${index}`, highestBefore(kept, change)]),
        ),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** The usage in a counter's item as the document client reads it. */
export const usageOfItem = (item: Readonly<Record<string, unknown>>): Usage => ({
  image_count_total: Number(item.image_count_total ?? 0),
  image_count_uploading: Number(item.image_count_uploading ?? 0),
  image_size_total: Number(item.image_size_total ?? 0),
  image_stage_total: Number(item.image_stage_total ?? 0),
});

/** The same of an item in DynamoDB's own form, which a cancelled transaction returns. */
export const usageOfFailedItem = (item: Readonly<Record<string, AttributeValue>>): Usage =>
  usageOfItem(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value.N])));
