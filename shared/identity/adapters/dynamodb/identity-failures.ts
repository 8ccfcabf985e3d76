import { createHash } from "node:crypto";
import { type AttributeValue, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../../../clock.ts";
import { ownValue } from "../../../own-value.ts";
import type { Admission, FailureLimits, LoginAttempt, LoginFailures } from "../../ports/login-failures.ts";
import { ITEM_VERSION } from "./identity-items.ts";
import type { IdentityTable } from "./identity-table.ts";

/** Hashed: names are what clients send, of any length, and need not be readable in the table. */
const keyOf = ({ user, address }: LoginAttempt) => ({
  pk: `identity#failures#${createHash("sha256")
    .update(JSON.stringify([user, address]))
    .digest("hex")}`,
  sk: "failures",
});

/** As DynamoDB writes it. */
type Stored = Readonly<Record<string, AttributeValue>>;

/** The item that the condition did not hold for; undefined when the write was done. */
async function refusedBy(work: Promise<unknown>): Promise<Stored | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item ?? {};
    throw error;
  }
}

const numberIn = (item: Stored, name: string): number => Number(ownValue(item, name)?.N ?? 0);

const ROUNDS = 5;
const LET_IN: Admission = { waitSeconds: 0, isUndecided: false };

/**
 * Attempts as items of the one table, which go by themselves (TTL) some time after their period: `taken` of them were
 * let in, `failures` of these have failed by now.
 */
export function dynamodbLoginFailures(
  table: IdentityTable,
  { attempts, seconds }: FailureLimits,
  clock: Clock,
): LoginFailures {
  const { client, tableName: TableName } = table;
  const now = () => Math.floor(clock().getTime() / 1000);
  const ExpressionAttributeNames = { "#until": "until" };
  const begin = (attempt: LoginAttempt, at: number) =>
    new PutCommand({
      TableName,
      Item: {
        ...keyOf(attempt),
        v: ITEM_VERSION,
        taken: 1,
        failures: 0,
        until: at + seconds,
        expires_at_ttl: at + seconds,
      },
      ConditionExpression: "attribute_not_exists(pk) OR #until <= :now",
      ExpressionAttributeNames,
      ExpressionAttributeValues: { ":now": at },
    });
  const takeOne = (attempt: LoginAttempt, at: number) =>
    new UpdateCommand({
      TableName,
      Key: keyOf(attempt),
      UpdateExpression: "ADD taken :one",
      ConditionExpression: "#until > :now AND taken < :attempts",
      ExpressionAttributeNames,
      ExpressionAttributeValues: { ":one": 1, ":now": at, ":attempts": attempts },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
  /** What belongs to a period that is over, or was forgotten, is over with it. */
  const add = async (attempt: LoginAttempt, count: "taken" | "failures", number: 1 | -1): Promise<void> => {
    await refusedBy(
      client.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(attempt),
          UpdateExpression: "ADD #count :number",
          ConditionExpression: "#until > :now",
          ExpressionAttributeNames: { ...ExpressionAttributeNames, "#count": count },
          ExpressionAttributeValues: { ":number": number, ":now": now() },
        }),
      ),
    );
  };
  return {
    async admit(attempt) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const at = now();
        // Most logins are the first of their period, since every success ends one: one write.
        if (!(await refusedBy(client.send(begin(attempt, at))))) return LET_IN;
        const full = await refusedBy(client.send(takeOne(attempt, at)));
        if (!full) return LET_IN;
        const waitSeconds = numberIn(full, "until") - at;
        // Else the period has ended, or a success has forgotten it, between the two writes.
        if (waitSeconds > 0)
          return { waitSeconds, isUndecided: numberIn(full, "taken") > numberIn(full, "failures") };
      }
      throw new Error(`a login could not be counted in ${ROUNDS} rounds`);
    },
    fail: (attempt) => add(attempt, "failures", 1),
    giveBack: (attempt) => add(attempt, "taken", -1),
    async forget(attempt) {
      await client.send(new DeleteCommand({ TableName, Key: keyOf(attempt) }));
    },
  };
}
