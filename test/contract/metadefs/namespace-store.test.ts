import { memoryNamespaceStore } from "../../fakes/metadefs/memory-namespace-store.ts";
import { catalogueOnDynamodb } from "./catalogue-on-dynamodb.ts";
import { namespaceStoreContract } from "./namespace-store.ts";

namespaceStoreContract("memory", async (clock) => memoryNamespaceStore(clock));
namespaceStoreContract("DynamoDB emulator", (clock) => catalogueOnDynamodb(0, clock));
namespaceStoreContract("DynamoDB emulator on a bad day", (clock) => catalogueOnDynamodb(0.05, clock));
