import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { recordsOnDynamodb } from "./records-on-dynamodb.ts";
import { transferStoreContract } from "./transfer-store.ts";

transferStoreContract("memory", async () => memoryImageStore().store);
transferStoreContract("DynamoDB emulator", () => recordsOnDynamodb(0));
transferStoreContract("DynamoDB emulator on a bad day", () => recordsOnDynamodb(0.1));
