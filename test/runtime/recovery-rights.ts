import type { FunctionName } from "../../infra/functions/functions.ts";

const copyRights = [
  ...["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  ...[
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
    "s3:ListBucket",
  ],
  ...["dynamodb:DescribeTable", "sqs:SendMessage", "sqs:ChangeMessageVisibility"],
];
const jobRights = [
  ...["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "sqs:SendMessage"],
];

/**
 * Rights that only a broken-off step needs; the kill tests (test/long/kill.long.test.ts) and the unit tests of
 * crash points go through them.
 */
export const recoveryOnly: Partial<Record<FunctionName, readonly string[]>> = {
  // Completes and activates what the request that began it did not finish.
  "workers/finalize": [
    "s3:ListMultipartUploadParts",
    "s3:ListBucket",
    "s3:PutObject",
    "sqs:SendMessage",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "sqs:ChangeMessageVisibility",
  ],
  // Nothing is copied where there is one store: test/runtime/copies.test.ts asks the same of both where there are several.
  "workers/copy": copyRights,
  "workers/place": copyRights,
  "upkeep/copies": jobRights,
  // A source that fails for a while.
  "workers/sources": ["sqs:ChangeMessageVisibility"],
  // Delivers what no hint told of (test/runtime/notifications.kill.test.ts).
  "upkeep/outbox": ["dynamodb:DeleteItem", "events:PutEvents"],
  // Ends what killed requests left (test/contract/metadefs/killed-changes.kill.test.ts).
  "upkeep/metadefs": ["dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  // Ends what nobody continues.
  "upkeep/reaper": ["dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "sqs:SendMessage"],
  // A missing object, and the upload of the loser when two open a transfer at once.
  transfers: ["s3:ListBucket", "s3:AbortMultipartUpload"],
  // A store that fails, an attempt that gives way, and bytes that are lost (test/runtime/copies.test.ts, locations.test.ts).
  data: ["sqs:SendMessage", "s3:ListBucket"],
  // A heartbeat that is missing, before the reaper's first run.
  "upkeep/scrubber": ["s3:ListBucket"],
  "upkeep/purge": ["s3:ListBucket"],
  // A scrub that wins while bytes are brought back.
  recovery: ["sqs:SendMessage"],
  // What is damaged, or older than this test, only (test/contract/upkeep/audit-light.test.ts, test/runtime/audit.kill.test.ts).
  "upkeep/auditor-deep": ["s3:ListBucket", "sqs:SendMessage"],
  "upkeep/auditor-light": [
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "s3:GetObject",
    "s3:ListBucket",
    "sqs:SendMessage",
  ],
  "upkeep/index-rebuild": ["dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"],
  // Records of members and of older versions (test/contract).
  "upkeep/item-migration": ["dynamodb:Query", "s3:GetObject", "s3:ListBucket"],
  // Copies of data at other hosts (test/runtime/locations.test.ts, test/runtime/killed-cache.kill.test.ts).
  "workers/cache": [
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
    "s3:ListBucket",
    "sqs:SendMessage",
    "sqs:ChangeMessageVisibility",
  ],
  "upkeep/cache-prefetcher": ["dynamodb:PutItem", "sqs:SendMessage"],
  "upkeep/cache-pruner": ["dynamodb:PutItem", "dynamodb:DeleteItem"],
  "upkeep/cache-cleaner": [
    "dynamodb:PutItem",
    "dynamodb:DeleteItem",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
  ],
  // Failures that pass (test/runtime/failing-worker.test.ts).
  "workers/delete": ["sqs:ChangeMessageVisibility"],
};
