import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbCredentialStore } from "../../../shared/identity/adapters/dynamodb/identity-credentials.ts";
import { dynamodbUserEpochs } from "../../../shared/identity/adapters/dynamodb/identity-epochs.ts";
import { dynamodbLoginFailures } from "../../../shared/identity/adapters/dynamodb/identity-failures.ts";
import { dynamodbKeySet } from "../../../shared/identity/adapters/dynamodb/identity-key-set.ts";
import { dynamodbIdentityStore } from "../../../shared/identity/adapters/dynamodb/identity-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { identityChangesContract } from "./identity-changes.ts";
import { loginFailuresContract } from "./identity-failures.ts";
import { keySetContract } from "./identity-key-set.ts";
import { identityStoreContract } from "./identity-store.ts";

const emptyTable = async () => {
  const { documents: client } = await sdkOn(await temporaryDynamodb());
  return { client, tableName: "images" };
};

identityStoreContract(async () => dynamodbIdentityStore(await emptyTable()));
identityChangesContract(async () => {
  const table = await emptyTable();
  return { ...dynamodbIdentityStore(table), ...dynamodbCredentialStore(table), ...dynamodbUserEpochs(table) };
});
loginFailuresContract(async (limits, clock) => dynamodbLoginFailures(await emptyTable(), limits, clock));
keySetContract(async () => dynamodbKeySet(await emptyTable()));
