import { dynamodbKeySet } from "../../shared/adapters/dynamodb/identity-key-set.ts";
import { dynamodbIdentityStore } from "../../shared/adapters/dynamodb/identity-store.ts";
import { sdkOn } from "../infra/dynamodb/sdk-endpoint.ts";
import { temporaryDynamodb } from "../infra/dynamodb/temporary-dynamodb.ts";
import { keySetContract } from "./identity-key-set.ts";
import { identityStoreContract } from "./identity-store.ts";

const emptyTable = async () => {
  const { documents: client } = await sdkOn(await temporaryDynamodb());
  return { client, tableName: "images" };
};

identityStoreContract(async () => dynamodbIdentityStore(await emptyTable()));
keySetContract(async () => dynamodbKeySet(await emptyTable()));
