import { BatchGetCommand, type BatchGetCommandOutput, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { AwsFailure } from "../../emulators/aws-failure.ts";
import { sdkOn } from "./sdk-endpoint.ts";
import { temporaryDirectory, temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const keyOf = (sk: string) => ({ pk: { S: "p" }, sk: { S: sk } });
const names = ["a", "b", "c", "d", "e", "f"];
const query = {
  TableName,
  KeyConditionExpression: "pk = :pk",
  ExpressionAttributeValues: { ":pk": { S: "p" } },
};
const increment = {
  TableName,
  Key: keyOf("counter"),
  UpdateExpression: "ADD n :one",
  ExpressionAttributeValues: { ":one": { N: "1" } },
};

const calls: Record<string, Record<string, unknown>> = {
  GetItem: { TableName, Key: keyOf("a") },
  PutItem: { TableName, Item: keyOf("a") },
  Query: query,
  BatchGetItem: { RequestItems: { images: { Keys: names.map(keyOf), ConsistentRead: true } } },
  BatchWriteItem: { RequestItems: { images: names.map((name) => ({ PutRequest: { Item: keyOf(name) } })) } },
  TransactWriteItems: { TransactItems: names.map((name) => ({ Put: { TableName, Item: keyOf(name) } })) },
  TransactGetItems: { TransactItems: names.map((name) => ({ Get: { TableName, Key: keyOf(name) } })) },
};

/** What each of many calls came to: an error's code and reasons, or what a batch or page left undone. */
async function outcomes(seed: number, rounds: number): Promise<string[]> {
  const directory = await temporaryDirectory();
  const calm = await temporaryDynamodb({ directory });
  for (const name of names) await calm.handle("PutItem", { TableName, Item: keyOf(name) });
  await calm.close();
  const dynamodb = await temporaryDynamodb({ directory, faults: { seed, rate: 0.5 } });
  const seen: string[] = [];
  for (let round = 0; round < rounds; round++)
    for (const [operation, input] of Object.entries(calls)) {
      const result = await dynamodb.handle(operation, input).catch((error: unknown) => {
        if (!(error instanceof AwsFailure)) throw error;
        const reasons = (error.fields.CancellationReasons ?? []) as { Code: string }[];
        return { error: [error.code, ...new Set(reasons.map(({ Code }) => Code))].toSorted() };
      });
      const { Items: _items, Responses: _responses, ...rest } = result as Record<string, unknown>;
      seen.push(`${operation} ${JSON.stringify(rest)}`);
    }
  await dynamodb.close();
  return seen;
}

test("the same seed gives the same faults, another seed others", async () => {
  const first = await outcomes(1, 20);
  expect(await outcomes(1, 20)).toEqual(first);
  expect(await outcomes(2, 20)).not.toEqual(first);
});

test("every kind of bad day happens, to the calls it fits", async () => {
  const seen = (await outcomes(3, 120)).join("\n");
  for (const kind of [
    /GetItem .*"ThrottlingException"/,
    /GetItem .*"ProvisionedThroughputExceededException"/,
    /GetItem .*"InternalServerError"/,
    /PutItem .*"TransactionConflictException"/,
    /Query .*"Count":[1-4],.*"LastEvaluatedKey"/,
    /BatchGetItem .*"UnprocessedKeys":{"images":{.*"ConsistentRead":true/,
    /BatchWriteItem .*"UnprocessedItems":{"images":\[{"PutRequest"/,
    /TransactWriteItems .*"None","TransactionCanceledException","TransactionConflict"/,
    /TransactWriteItems .*"None","ThrottlingError","TransactionCanceledException"/,
    /TransactWriteItems .*"TransactionInProgressException"/,
    /TransactGetItems .*"TransactionConflict"/,
  ])
    expect(seen).toMatch(kind);
});

test("some writes are done though the answer is an error, and no other error leaves anything", async () => {
  const dynamodb = await temporaryDynamodb({ faults: { seed: 5, rate: 0.5 } });
  const counted = async (): Promise<number> => {
    for (;;) {
      const answer = await dynamodb
        .handle("GetItem", { TableName, Key: increment.Key })
        .catch(() => undefined);
      if (answer) return Number((answer.Item as { n?: { N: string } } | undefined)?.n?.N ?? 0);
    }
  };
  let doneInSecret = 0;
  for (let turn = 0; turn < 60; turn++) {
    const before = await counted();
    const error = await dynamodb.handle("UpdateItem", increment).then(
      () => undefined,
      (thrown: AwsFailure) => thrown.code,
    );
    const done = (await counted()) - before;
    if (error === undefined) expect(done).toBe(1);
    else if (done === 1) {
      expect(error).toBe("InternalServerError");
      doneInSecret++;
    }
  }
  expect(doneInSecret).toBeGreaterThan(0);
});

test("a transaction repeated with its token through all faults counts once", async () => {
  const dynamodb = await temporaryDynamodb({ faults: { seed: 7, rate: 0.6 } });
  for (let n = 0; n < 30; n++) {
    const input = { ClientRequestToken: `token-${n}`, TransactItems: [{ Update: increment }] };
    const attempt = () =>
      dynamodb.handle("TransactWriteItems", input).then(
        () => true,
        () => false,
      );
    while (!(await attempt()));
  }
  const read = () => dynamodb.handle("GetItem", { TableName, Key: increment.Key }).catch(() => undefined);
  let answer = await read();
  while (!answer) answer = await read();
  expect(answer).toMatchObject({ Item: { n: { N: "30" } } });
});

test("the SDK's own retries get through, and what a batch left can be asked for again", async () => {
  const dynamodb = await temporaryDynamodb({ faults: { seed: 11, rate: 0.3 } });
  const { documents } = await sdkOn(dynamodb, 10);
  const Keys = names.map((name) => ({ pk: "p", sk: name }));
  for (const Key of Keys)
    await documents
      .send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: "SET n = :n",
          ExpressionAttributeValues: { ":n": 1 },
        }),
      )
      .catch(() => undefined);
  const found: unknown[] = [];
  let RequestItems: Record<string, { Keys: Record<string, unknown>[] }> | undefined = { images: { Keys } };
  while (RequestItems && Object.keys(RequestItems).length > 0) {
    const answer: BatchGetCommandOutput = await documents.send(new BatchGetCommand({ RequestItems }));
    found.push(...(answer.Responses?.[TableName] ?? []));
    RequestItems = answer.UnprocessedKeys as typeof RequestItems;
  }
  expect(found.length).toBeGreaterThan(0);
});

test("of transactions that meet on an item one goes on, the others are refused at once", async () => {
  const dynamodb = await temporaryDynamodb({ faults: { seed: 1, rate: 1e-9 } });
  const transaction = { TransactItems: [{ Update: increment }, { Put: { TableName, Item: keyOf("a") } }] };
  const results = await Promise.allSettled(
    [1, 2, 3].map(() => dynamodb.handle("TransactWriteItems", { ...transaction })),
  );
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  const reasons = results.flatMap((result) =>
    result.status === "rejected" ? [(result.reason as AwsFailure).fields.CancellationReasons] : [],
  );
  expect(reasons[0]).toMatchObject([{ Code: "TransactionConflict" }, { Code: "TransactionConflict" }]);
  expect(await dynamodb.handle("TransactWriteItems", { ...transaction })).toEqual({});
});
