import { createHash } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../../ports/clock.ts";
import type { FailureLimits, LoginAttempt, LoginFailures } from "../../ports/login-failures.ts";
import { ITEM_VERSION, type Item } from "./identity-items.ts";
import { getItem, type IdentityTable } from "./identity-table.ts";

/** Hashed: names are what clients send, of any length, and need not be readable in the table. */
const keyOf = ({ user, address }: LoginAttempt) => ({
  pk: `identity#failures#${createHash("sha256")
    .update(JSON.stringify([user, address]))
    .digest("hex")}`,
  sk: "failures",
});

/** False when the condition did not hold. */
async function held(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const ATTEMPTS = 5;

/** Failures as items of the one table, which go by themselves (TTL) some time after their period. */
export function dynamodbLoginFailures(
  table: IdentityTable,
  { attempts, seconds }: FailureLimits,
  clock: Clock,
): LoginFailures {
  const { client, tableName: TableName } = table;
  const now = () => Math.floor(clock().getTime() / 1000);
  const waitFor = (item: Item | undefined): number => {
    const left = Number(item?.until ?? 0) - now();
    return Number(item?.failures ?? 0) >= attempts && left > 0 ? left : 0;
  };
  const begin = (attempt: LoginAttempt, at: number) =>
    new PutCommand({
      TableName,
      Item: {
        ...keyOf(attempt),
        v: ITEM_VERSION,
        failures: 1,
        until: at + seconds,
        expires_at_ttl: at + seconds,
      },
      ConditionExpression: "attribute_not_exists(pk) OR #until <= :now",
      ExpressionAttributeNames: { "#until": "until" },
      ExpressionAttributeValues: { ":now": at },
    });
  const add = (attempt: LoginAttempt, at: number) =>
    new UpdateCommand({
      TableName,
      Key: keyOf(attempt),
      UpdateExpression: "ADD failures :one",
      ConditionExpression: "#until > :now",
      ExpressionAttributeNames: { "#until": "until" },
      ExpressionAttributeValues: { ":one": 1, ":now": at },
    });
  return {
    waitSeconds: async (attempt) => waitFor(await getItem(table, keyOf(attempt))),
    async count(attempt) {
      for (let round = 0; round < ATTEMPTS; round += 1) {
        const at = now();
        if (await held(client.send(add(attempt, at)))) return;
        if (await held(client.send(begin(attempt, at)))) return;
      }
      throw new Error(`a failed login could not be counted in ${ATTEMPTS} attempts`);
    },
    async forget(attempt) {
      const forgotten = await held(
        client.send(
          new DeleteCommand({
            TableName,
            Key: keyOf(attempt),
            ConditionExpression: "attribute_not_exists(pk) OR failures < :attempts OR #until <= :now",
            ExpressionAttributeNames: { "#until": "until" },
            ExpressionAttributeValues: { ":attempts": attempts, ":now": now() },
          }),
        ),
      );
      return forgotten ? 0 : Math.max(1, waitFor(await getItem(table, keyOf(attempt))));
    },
  };
}
