import type { UserEpochs } from "../../ports/user-epochs.ts";
import { epochKey } from "./identity-items.ts";
import { getItem, type IdentityTable } from "./identity-table.ts";

/** Epochs as items of the one table, one strong read each. */
export const dynamodbUserEpochs = (table: IdentityTable): UserEpochs => ({
  async epochOf(userId) {
    const item = await getItem(table, epochKey(userId));
    if (!item) return 0;
    if (typeof item.epoch !== "number") throw new Error(`item ${String(item.pk)} has no epoch`);
    return item.epoch;
  },
});
