import { memoryNamespaceStore } from "../../fakes/metadefs/memory-namespace-store.ts";
import { namespaceStoreContract } from "./namespace-store.ts";

namespaceStoreContract("memory", async (clock) => memoryNamespaceStore(clock));
