import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import type { RevokedToken } from "../../ports/identity-store.ts";
import type { Revocations, UserEpochs } from "../../ports/user-epochs.ts";
import { epochKey, type IdentityItem, ITEM_VERSION } from "./identity-items.ts";
import { getItem, type IdentityTable, raiseEpoch, writeItems } from "./identity-table.ts";

/** As many as an item of 4 KB has room for: a look at the epoch costs one unit, whatever was revoked. */
const MOST_TOKENS = 100;
const ROUNDS = 5;

/** An entry of the item's set `revoked`: when the token ends by itself, and its id. */
const entryOf = ({ tokenId, expiresAt }: RevokedToken): string => `${expiresAt}#${tokenId}`;
const tokenIdOf = (entry: string): string => entry.slice(entry.indexOf("#") + 1);

const entriesIn = (item: IdentityItem | undefined): readonly string[] =>
  item?.revoked instanceof Set ? [...(item.revoked as Set<string>)] : [];

/** Epochs as items of the one table, with the tokens that were revoked one by one; one strong read each. */
export function dynamodbUserEpochs(table: IdentityTable): UserEpochs {
  async function revocationsOf(userId: string): Promise<Revocations> {
    const item = await getItem(table, epochKey(userId));
    if (!item) return { epoch: 0, tokenIds: new Set() };
    if (typeof item.epoch !== "number") throw new Error(`item ${String(item.pk)} has no epoch`);
    return { epoch: item.epoch, tokenIds: new Set(entriesIn(item).map(tokenIdOf)) };
  }
  return { revocationsOf, epochOf: async (userId) => (await revocationsOf(userId)).epoch };
}

/**
 * Revokes one token. Where there is no room those that have ended by now make some; if all are still good, the epoch
 * rises: better all of the user's tokens than not this one.
 */
export async function storeRevocation(table: IdentityTable, token: RevokedToken, now: number): Promise<void> {
  const { client, tableName: TableName } = table;
  const Key = epochKey(token.userId);
  const update = (input: Omit<UpdateCommandInput, "TableName" | "Key">) =>
    client.send(new UpdateCommand({ TableName, Key, ...input }));
  for (let round = 0; round < ROUNDS; round += 1) {
    const added = await conditionHeld(() =>
      update({
        // With the epoch: an item without one is damaged.
        UpdateExpression: "ADD epoch :zero, revoked :entry SET v = :v",
        ConditionExpression: "attribute_not_exists(revoked) OR size(revoked) < :most",
        ExpressionAttributeValues: {
          ":zero": 0,
          ":entry": new Set([entryOf(token)]),
          ":v": ITEM_VERSION,
          ":most": MOST_TOKENS,
        },
      }),
    );
    if (added) return;
    const entries = entriesIn(await getItem(table, Key));
    if (entries.includes(entryOf(token))) return;
    const ended = entries.filter((entry) => Number.parseInt(entry, 10) <= now);
    if (ended.length === 0) break;
    await update({
      UpdateExpression: "DELETE revoked :ended",
      ExpressionAttributeValues: { ":ended": new Set(ended) },
    });
  }
  await writeItems(table, [raiseEpoch(table, token.userId)]);
}
