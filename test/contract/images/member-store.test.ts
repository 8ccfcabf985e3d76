import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { memberStoreContract } from "./member-store.ts";
import { recordsOnDynamodb } from "./records-on-dynamodb.ts";

memberStoreContract("memory", async () => memoryImageStore().store);
memberStoreContract("DynamoDB emulator", () => recordsOnDynamodb(0));
memberStoreContract("DynamoDB emulator on a bad day", () => recordsOnDynamodb(0.1));
