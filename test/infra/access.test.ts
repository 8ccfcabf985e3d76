import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { IMAGE_DATA, policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf, functionNames } from "../../infra/functions/functions.ts";
import { usageGrantsOf } from "../../infra/functions/grants.ts";
import { programs } from "../../infra/functions/programs.ts";
import { wildcard } from "../../infra/local-aws/iam/wildcard.ts";
import { keyOwnerOf, objectKey } from "../../shared/images/domain/object-key.ts";
import { listKey } from "../../shared/upkeep/adapters/s3-control/job-request.ts";
import { queueArns } from "./queue-arns.ts";

const arns = {
  table: "arn:table",
  bucket: "arn:bucket",
  queues: queueArns((name) => `arn:${name}`),
  tokenKey: "arn:key",
  eventBus: "arn:bus",
};
const onlyKeys = (...partitions: string[]) => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions },
  Null: { "dynamodb:LeadingKeys": "false" },
});

describe("a function's policy", () => {
  test("says what the table of access says", () => {
    expect(policyStatements(accessOf("workers/delete"), arns)).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:GetItem"],
        Resource: "arn:table",
        Condition: onlyKeys("image#*"),
      },
      {
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
        Resource: "arn:table",
        Condition: onlyKeys("deletions#*"),
      },
      {
        Effect: "Allow",
        Action: ["s3:DeleteObject", "s3:AbortMultipartUpload"],
        Resource: `arn:bucket/${IMAGE_DATA}`,
      },
      {
        Effect: "Allow",
        Action: [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:ChangeMessageVisibility",
        ],
        Resource: "arn:delete",
      },
    ]);
    expect(policyStatements(accessOf("identity"), arns).at(-1)).toEqual({
      Effect: "Allow",
      Action: ["kms:Sign", "kms:GetPublicKey"],
      Resource: "arn:key",
    });
  });

  test("lets one function sign tokens and another one statements, each with its own key, and nobody else", () => {
    const keys = { ...arns, statementKey: "arn:statements" };
    const signing = functionNames.flatMap((name) =>
      policyStatements(accessOf(name), keys)
        .filter(({ Action }) => Action.some((action) => action.startsWith("kms:")))
        .map(({ Resource }) => [name, Resource]),
    );
    expect(signing).toEqual([
      ["provenance", "arn:statements"],
      ["identity", "arn:key"],
    ]);
    // Where no statements are signed, there is no such key.
    expect(JSON.stringify(policyStatements(accessOf("provenance"), arns))).not.toContain("kms:");
  });

  test.each(functionNames)(
    "%s: every right on the table is bound to key prefixes, and there is no wildcard",
    (name) => {
      for (const statement of policyStatements(accessOf(name), arns)) {
        for (const action of statement.Action) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
        expect([statement.Resource].flat()).not.toContain("*");
        if (statement.Resource !== arns.table) continue;
        const actions = statement.Action.join();
        // It tells what the table is, and nothing of what is in it.
        if (actions === "dynamodb:DescribeTable") continue;
        // No prefix can be named to a Scan: it sees keys, and nothing else.
        const bound = actions === "dynamodb:Scan" ? "dynamodb:Attributes" : "dynamodb:LeadingKeys";
        // Where one key of several must have a prefix, there is one.
        const asksForOne = statement.Condition?.["ForAnyValue:StringLike"] !== undefined;
        if (asksForOne) expect(statement.Condition).toHaveProperty(["ForAllValues:StringLike", bound]);
        else expect(statement.Condition).toMatchObject({ Null: { [bound]: "false" } });
      }
    },
  );

  test.each(functionNames)("%s: says each right once", (name) => {
    const rights = accessOf(name).table.flatMap(({ actions, partitions }) =>
      actions.flatMap((action) => partitions.map((partition) => `${action} ${partition}`)),
    );
    expect(rights).toEqual([...new Set(rights)]);
  });
});

test("usage: counters are within reach only where usage is counted, of those who change it", () => {
  const reach = (name: (typeof functionNames)[number], countsUsage: boolean) =>
    JSON.stringify(
      policyStatements(accessOf(name), arns, {
        countsUsage,
        limitsFromKeystone: false,
        transactionsWithoutKeys: false,
      }),
    ).includes("usage#");
  expect(functionNames.filter((name) => reach(name, false))).toEqual([]);
  const writers = functionNames.filter((name) =>
    accessOf(name).table.some(
      ({ actions, partitions }) => actions.includes("PutItem") && partitions.includes("image#*"),
    ),
  );
  // Members are written with their image, whose usage stays the same, as it does when an audit or a migration notes
  // something; deleted images are none of anybody's usage.
  const countNothing = [
    "members",
    "upkeep/scrubber",
    "upkeep/purge",
    "upkeep/auditor-deep",
    "upkeep/item-migration",
  ];
  expect(functionNames.filter((name) => reach(name, true)).toSorted()).toEqual(
    [...writers.filter((name) => !countNothing.includes(name)), "upkeep/usage-recount"].toSorted(),
  );
});

test("a recount changes nobody's usage in a transaction", () => {
  const updates = functionNames.filter((name) =>
    usageGrantsOf(accessOf(name)).some(({ actions }) => actions.includes("UpdateItem")),
  );
  expect(updates).toContain("images");
  expect(updates).not.toContain("upkeep/usage-recount");
});

test("only identity writes where token keys and users are", () => {
  const writers = functionNames.filter((name) =>
    accessOf(name).table.some(
      ({ actions, partitions }) =>
        partitions.some((partition) => partition.startsWith("identity#")) &&
        actions.some((action) => ["PutItem", "UpdateItem", "DeleteItem"].includes(action)),
    ),
  );
  expect(writers).toEqual(["identity"]);
});

test("a visibility timeout is changed by the workers whose failures pass, in their own queues", () => {
  const changing = functionNames.flatMap((name) =>
    policyStatements(accessOf(name), arns)
      .filter(({ Action }) => Action.includes("sqs:ChangeMessageVisibility"))
      .map(({ Resource }) => [name, Resource]),
  );
  expect(changing).toEqual([
    ["workers/finalize", "arn:finalize"],
    ["workers/sources", "arn:sources"],
    ["workers/place", "arn:place"],
    ["workers/delete", "arn:delete"],
    ["workers/cache", "arn:cache"],
    ["workers/copy", "arn:copy"],
    ["workers/import", "arn:import"],
    ["workers/fetch", "arn:fetch"],
  ]);
});

test("bytes are deleted by one worker only", () => {
  expect(functionNames.filter((name) => accessOf(name).objects?.includes("DeleteObject"))).toEqual([
    "workers/delete",
  ]);
});

test("who reads what others serve or wrote makes no object: neither the fetching worker nor the converter replaces an image", () => {
  for (const access of [accessOf("workers/fetch"), programs.converter.access]) {
    const writing = policyStatements(access, arns).filter(({ Action }) => Action.includes("s3:PutObject"));
    expect(writing).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:PutObject"],
        Resource: `arn:bucket/${IMAGE_DATA}`,
        Condition: { BoolIfExists: { "s3:ObjectCreationOperation": "false" } },
      },
    ]);
  }
});

test("image data is what has the form of its keys", () => {
  const isImageData = wildcard(IMAGE_DATA);
  const pair = { imageId: randomUUID(), transferId: randomUUID() };
  for (const key of [objectKey(pair), objectKey(pair).toUpperCase()]) {
    expect([key, isImageData(key), keyOwnerOf(key) !== undefined]).toEqual([key, true, true]);
  }
  for (const key of [
    "upkeep/heartbeat",
    listKey(randomUUID()),
    pair.imageId,
    `${pair.imageId}/`,
    `x/${objectKey(pair)}`,
  ])
    expect([key, isImageData(key), keyOwnerOf(key)]).toEqual([key, false, undefined]);
});

test("the reaper lists the bucket and reaches no image's bytes in it", () => {
  const onBucket = policyStatements(accessOf("upkeep/reaper"), arns).filter(({ Resource }) =>
    String(Resource).startsWith(arns.bucket),
  );
  expect(onBucket.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    [["s3:ListBucket", "s3:ListBucketMultipartUploads"], "arn:bucket"],
    [["s3:GetObject", "s3:PutObject"], "arn:bucket/upkeep/heartbeat"],
  ]);
});

test("the cache's cleaner and its worker see the first bucket alone, and the cleaner lists the copies in it", () => {
  const other = { arn: "arn:other", isOwn: true, takesImages: true };
  const imageBuckets = [{ ...other, arn: arns.bucket }, other];
  const listing = (name: "upkeep/cache-cleaner" | "workers/cache") =>
    policyStatements(accessOf(name), { ...arns, imageBuckets }).filter(({ Action }) =>
      Action.some((action) => action.startsWith("s3:ListBucket")),
    );
  expect(listing("upkeep/cache-cleaner")).toEqual([
    {
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: "arn:bucket",
      Condition: { StringLike: { "s3:prefix": "cache/*" } },
    },
    { Effect: "Allow", Action: ["s3:ListBucketMultipartUploads"], Resource: "arn:bucket" },
  ]);
  expect(listing("workers/cache")).toEqual([
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: "arn:bucket" },
  ]);
});

test("what a job keeps between its runs is reached by that job alone, but for a look at the heartbeat", () => {
  for (const name of functionNames) {
    const { table, seesHeartbeat } = accessOf(name);
    const isLook = ({ actions, partitions }: (typeof table)[number]) =>
      `${actions} ${partitions}` === "GetItem upkeep#reaper";
    expect(name === "upkeep/reaper" ? [] : table.filter(isLook)).toHaveLength(seesHeartbeat ? 1 : 0);
    const partitions = table.flatMap((grant) => (isLook(grant) ? [] : grant.partitions));
    const kept = partitions.filter((prefix) => prefix.startsWith("upkeep#"));
    expect(new Set(kept)).toEqual(
      new Set(
        name.startsWith("upkeep/") && kept.length > 0 ? [`upkeep#${name.slice("upkeep/".length)}`] : [],
      ),
    );
  }
});

test("only recovery removes versions, and lists them", () => {
  const recovery = functionNames.filter((name) => accessOf(name).objects?.includes("DeleteObjectVersion"));
  expect(recovery).toEqual(["recovery"]);
  expect(functionNames.filter((name) => accessOf(name).listsVersions)).toEqual(["recovery"]);
  expect(policyStatements(accessOf("recovery"), arns)).toContainEqual({
    Effect: "Allow",
    Action: ["s3:ListBucketVersions"],
    Resource: "arn:bucket",
  });
});

describe("checksums computed by S3", () => {
  const role = "arn:aws:iam::1:role/checksums";
  const chosen = { ...arns, checksums: { role, jobs: "arn:aws:s3:::job/*" } };
  const more = (name: (typeof functionNames)[number]) =>
    policyStatements(accessOf(name), chosen).slice(policyStatements(accessOf(name), arns).length);

  test("only the deep auditor asks for them, and only where that is chosen", () => {
    expect(functionNames.filter((name) => more(name).length > 0)).toEqual(["upkeep/auditor-deep"]);
    expect(more("upkeep/auditor-deep")).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: "arn:bucket/upkeep/checksums/*",
      },
      { Effect: "Allow", Action: ["s3:CreateJob"], Resource: "*" },
      { Effect: "Allow", Action: ["s3:DescribeJob"], Resource: "arn:aws:s3:::job/*" },
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: role,
        Condition: { StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" } },
      },
    ]);
  });
});
