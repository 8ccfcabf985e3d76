import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { recordsOnDynamodb } from "./records-on-dynamodb.ts";
import { taskStoreContract } from "./task-store.ts";

taskStoreContract("memory", async () => memoryImageStore().store);
taskStoreContract("DynamoDB emulator", () => recordsOnDynamodb(0));
taskStoreContract("DynamoDB emulator on a bad day", () => recordsOnDynamodb(0.1));
