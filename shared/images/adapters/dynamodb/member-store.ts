import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { partitionItems } from "../../../aws/partition-items.ts";
import { itemReader } from "../../../aws/read-item.ts";
import { recordOf } from "../../../aws/record-of.ts";
import type { Member } from "../../domain/member.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { imageKey, MEMBER_PREFIX, memberKey } from "./keys.ts";

/** Members in the one table, in the partition of their image. */
export const dynamodbMemberStore = (client: DynamoDBDocumentClient, TableName: string): MemberStore => ({
  findMember: async (imageId, memberId) => {
    const item = await itemReader(client, TableName)(memberKey(imageId, memberId));
    return item && recordOf<Member>(item);
  },

  members: async (imageId) => {
    const members: Member[] = [];
    const range = { pk: imageKey(imageId).pk, prefix: MEMBER_PREFIX };
    for await (const item of partitionItems(client, TableName, range)) members.push(recordOf<Member>(item));
    return members;
  },
});
