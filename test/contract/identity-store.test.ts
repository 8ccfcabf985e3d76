import { memoryIdentityStore } from "../fakes/identity-store.ts";
import { identityStoreContract } from "./identity-store.ts";

identityStoreContract(async () => memoryIdentityStore());
