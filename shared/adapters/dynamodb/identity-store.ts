import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { Conflict, NotFound } from "../../errors.ts";
import type { IdentityStore } from "../../ports/identity-store.ts";
import {
  ITEM_VERSION,
  idKey,
  type Kind,
  known,
  nameKey,
  projectOf,
  rolePrefix,
  textOf,
  userOf,
} from "./identity-items.ts";
import { failedConditions, type WriteItem, writeTransaction } from "./transaction.ts";

interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
}

type Item = Readonly<Record<string, unknown>>;

const isNew = "attribute_not_exists(pk)";
const exists = "attribute_exists(pk)";

async function get({ client, tableName }: Table, key: { pk: string; sk: string }): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  return Item && known(Item);
}

const find = (table: Table, kind: Kind, id: string) => get(table, idKey(kind, id));

/** No id is empty: an unknown name costs two reads as well, so that the time does not tell which names exist. */
const NOBODY = "";

async function findByName(table: Table, kind: Kind, name: string, domainId: string) {
  const pointer = await get(table, nameKey(kind, name, domainId));
  return find(table, kind, pointer ? textOf(pointer, "id") : NOBODY);
}

/** False when a condition did not hold. */
async function write({ client }: Table, items: readonly WriteItem[]): Promise<boolean> {
  try {
    await writeTransaction(client, items);
    return true;
  } catch (error) {
    if (failedConditions(error)) return false;
    throw error;
  }
}

/** Id and name in one transaction, so that no name leads nowhere; the stored item, ours or the earlier one. */
async function create(table: Table, kind: Kind, named: Named): Promise<Item> {
  const { tableName: TableName } = table;
  const { id, name, domainId } = named;
  const item = { ...idKey(kind, id), v: ITEM_VERSION, ...named };
  const pointer = { ...nameKey(kind, name, domainId), v: ITEM_VERSION, id };
  const written = await write(table, [
    { Put: { TableName, Item: item, ConditionExpression: isNew } },
    { Put: { TableName, Item: pointer, ConditionExpression: isNew } },
  ]);
  if (written) return item;
  const winner = await findByName(table, kind, name, domainId);
  if (winner?.id !== id) throw new Conflict(`The id or the name of the ${kind} ${name} is taken.`);
  return winner;
}

async function* roleItems({ client, tableName }: Table, userId: string, prefix: string) {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :user AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":user": idKey("user", userId).pk, ":prefix": prefix },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* (page.Items ?? []).map(known);
    start = page.LastEvaluatedKey;
  } while (start);
}

/** Users, projects and role assignments as items of the one table. */
export function dynamodbIdentityStore(table: Table): IdentityStore {
  const { tableName: TableName } = table;
  return {
    async findUser(id) {
      const item = await find(table, "user", id);
      return item && userOf(item);
    },
    async findUserByName(name, domainId) {
      const item = await findByName(table, "user", name, domainId);
      return item && userOf(item);
    },
    async findProject(id) {
      const item = await find(table, "project", id);
      return item && projectOf(item);
    },
    async findProjectByName(name, domainId) {
      const item = await findByName(table, "project", name, domainId);
      return item && projectOf(item);
    },
    async rolesOf(userId, projectId) {
      const roles: string[] = [];
      for await (const item of roleItems(table, userId, rolePrefix(projectId))) {
        roles.push(textOf(item, "roleName"));
      }
      return roles.sort();
    },
    async projectsOf(userId) {
      const ids = new Set<string>();
      for await (const item of roleItems(table, userId, "role#")) ids.add(textOf(item, "projectId"));
      const items = await Promise.all([...ids].map((id) => find(table, "project", id)));
      return items
        .filter((item) => item !== undefined)
        .map(projectOf)
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    createUser: async (user) => userOf(await create(table, "user", user)),
    createProject: async (project) => projectOf(await create(table, "project", project)),
    async assignRole({ userId, projectId, roleName }) {
      const key = { pk: idKey("user", userId).pk, sk: `${rolePrefix(projectId)}${roleName}` };
      const mustExist = [idKey("user", userId), idKey("project", projectId)].map((Key) => ({
        ConditionCheck: { TableName, Key, ConditionExpression: exists },
      }));
      const item = { ...key, v: ITEM_VERSION, projectId, roleName };
      const written = await write(table, [...mustExist, { Put: { TableName, Item: item } }]);
      if (!written) throw new NotFound(`No user ${userId} or no project ${projectId} found.`);
    },
  };
}
