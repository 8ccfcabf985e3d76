import { Conflict, NotFound } from "../../../errors.ts";
import type { CredentialStore } from "../../ports/credential-store.ts";
import {
  CREDENTIAL_NAMES,
  credentialKey,
  credentialNameKey,
  credentialOf,
  ITEM_VERSION,
  idKey,
  requiredText,
} from "./identity-items.ts";
import {
  eachOf,
  exists,
  findById,
  getItem,
  type IdentityTable,
  isNew,
  queryItems,
  raiseEpoch,
  writeItems,
} from "./identity-table.ts";

/** Application credentials as items of the one table, under their ids and under the names that their user gave. */
export function dynamodbCredentialStore(table: IdentityTable): CredentialStore {
  const { tableName: TableName } = table;
  const find = async (id: string) => {
    const item = await getItem(table, credentialKey(id));
    return item && credentialOf(item);
  };
  return {
    findCredential: find,
    async findCredentialByName(userId, name) {
      const pointer = await getItem(table, credentialNameKey(userId, name));
      return pointer && find(requiredText(pointer, "id"));
    },
    async credentialsOf(userId) {
      const ids: string[] = [];
      for await (const pointer of queryItems(table, idKey("user", userId).pk, CREDENTIAL_NAMES)) {
        ids.push(requiredText(pointer, "id"));
      }
      return (await eachOf(ids, find)).filter((credential) => credential !== undefined);
    },
    async createCredential(credential) {
      const { id, name, userId } = credential;
      const pointer = { ...credentialNameKey(userId, name), v: ITEM_VERSION, id };
      const written = await writeItems(table, [
        { ConditionCheck: { TableName, Key: idKey("user", userId), ConditionExpression: exists } },
        {
          Put: {
            TableName,
            Item: { ...credentialKey(id), v: ITEM_VERSION, ...credential },
            ConditionExpression: isNew,
          },
        },
        { Put: { TableName, Item: pointer, ConditionExpression: isNew } },
      ]);
      if (written) return;
      if (!(await findById(table, "user", userId))) throw new NotFound(`No user ${userId} found.`);
      throw new Conflict(`The name of the application credential ${name} is taken.`);
    },
    deleteCredential: ({ id, name, userId }) =>
      writeItems(table, [
        { Delete: { TableName, Key: credentialKey(id), ConditionExpression: exists } },
        { Delete: { TableName, Key: credentialNameKey(userId, name) } },
        raiseEpoch(table, userId),
      ]),
  };
}
