import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { itemReader } from "../../../aws/read-item.ts";
import { systemClock } from "../../../clock.ts";
import type { ImageRecords } from "../../ports/image-records.ts";
import { type CommitOptions, commitChange } from "./commit-change.ts";
import { dynamodbDeletions } from "./deletions.ts";
import { imageOf } from "./image-item.ts";
import { imageKey } from "./keys.ts";
import { dynamodbMemberStore } from "./member-store.ts";
import { dynamodbTransferStore } from "./transfer-store.ts";

/** The image store in one DynamoDB table, with all that its transactions write. */
export const dynamodbImageStore = (
  client: DynamoDBDocumentClient,
  TableName: string,
  { countsUsage = false, clock = systemClock }: Partial<CommitOptions> = {},
): ImageRecords => ({
  ...dynamodbTransferStore(client, TableName),
  ...dynamodbMemberStore(client, TableName),
  ...dynamodbDeletions(client, TableName),
  find: async (id) => {
    const item = await itemReader(client, TableName)(imageKey(id));
    return item && imageOf(item);
  },

  commit: (change) => commitChange({ client, TableName, countsUsage, clock }, change),
});
