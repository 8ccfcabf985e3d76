import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { partitionItems } from "../../../aws/partition-items.ts";
import { failedConditions, type WriteItem, writeTransaction } from "../../../aws/transaction.ts";
import { outboxItems } from "../../../notifications/adapters/dynamodb/outbox-item.ts";
import { enabledEvents } from "../../../notifications/domain/notification.ts";
import { type Finding, findingId, recordSighting } from "../../domain/finding.ts";
import { findingEvent } from "../../domain/finding-event.ts";
import type { Findings } from "../../ports/findings.ts";
import { FINDINGS, findingKey } from "./keys.ts";

const ITEM_VERSION = 1;
/** What is mended and not seen again is forgotten: DynamoDB's TTL removes it. */
const MENDED_SECONDS = 90 * 86_400;
const ATTEMPTS = 10;
const PAGE = 200;

function findingOf(item: Record<string, unknown>): Finding {
  const { pk, sk, v, revision, expires_at_ttl, ...finding } = item;
  return finding as unknown as Finding;
}

/** Findings in the same table, under a key prefix of their own. `disabled`: notifications that are not written. */
export function dynamodbFindings(
  client: DynamoDBDocumentClient,
  TableName: string,
  disabled: readonly string[],
): Findings {
  const read = async (id: string) =>
    (await client.send(new GetCommand({ TableName, Key: findingKey(id), ConsistentRead: true }))).Item;

  const put = (finding: Finding, before: Record<string, unknown> | undefined): WriteItem => ({
    Put: {
      TableName,
      Item: {
        ...findingKey(finding.id),
        v: ITEM_VERSION,
        ...finding,
        revision: Number(before?.revision ?? 0) + 1,
        ...(finding.state === "mended" && {
          expires_at_ttl: Math.ceil(Date.parse(finding.last_seen_at) / 1000) + MENDED_SECONDS,
        }),
      },
      ...(before === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "revision = :revision",
            ExpressionAttributeValues: { ":revision": before.revision },
          }),
    },
  });

  /** Reads, decides, writes; again when somebody else was faster. `decide` undefined: nothing to write. */
  const change = async <Result>(
    id: string,
    decide: (
      before: Finding | undefined,
    ) => { readonly write?: Finding; readonly events?: readonly Finding[] } & Result,
  ): Promise<Result> => {
    for (let attempt = 1; ; attempt++) {
      const item = await read(id);
      const decision = decide(item && findingOf(item));
      const { write, events = [] } = decision;
      if (!write) return decision;
      try {
        await writeTransaction(client, [
          put(write, item),
          ...events.flatMap((finding) =>
            outboxItems(
              finding.image_id ?? finding.id,
              new Date(finding.last_seen_at),
              enabledEvents([findingEvent(finding)], disabled),
            ).map((Item) => ({ Put: { TableName, Item } })),
          ),
        ]);
        return decision;
      } catch (error) {
        if (failedConditions(error) === undefined || attempt >= ATTEMPTS) throw error;
      }
    }
  };

  return {
    record: async (sighting, at) => {
      const { finding, isNews } = await change(findingId(sighting), (before) => {
        const after = recordSighting(before, sighting, at.toISOString());
        return { ...after, write: after.finding, events: after.isNews ? [after.finding] : [] };
      });
      return { finding, isNews };
    },

    find: async (id) => {
      const item = await read(id);
      return item && findingOf(item);
    },

    list: async ({ limit, after, state }) => {
      const findings: Finding[] = [];
      const range = {
        pk: FINDINGS,
        expected: PAGE,
        ...(after !== undefined && { after: findingKey(after).sk }),
      };
      for await (const item of partitionItems(client, TableName, range)) {
        const finding = findingOf(item);
        if (state && finding.state !== state) continue;
        // One more than asked for tells that there is a next page.
        if (findings.push(finding) > limit) break;
      }
      const last = findings[limit - 1];
      return findings.length > limit && last
        ? { findings: findings.slice(0, limit), next: last.id }
        : { findings };
    },

    acknowledge: async (id, by, at) => {
      const { finding } = await change(id, (before): { finding: Finding | undefined; write?: Finding } => {
        if (!before || before.state === "acknowledged") return { finding: before };
        const after: Finding = {
          ...before,
          state: "acknowledged",
          acknowledged_at: at.toISOString(),
          acknowledged_by: by,
        };
        return { finding: after, write: after };
      });
      return finding;
    },
  };
}
