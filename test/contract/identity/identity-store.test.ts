import { memoryIdentityStore } from "../../fakes/identity/identity-store.ts";
import { memoryLoginFailures } from "../../fakes/identity/login-failures.ts";
import { identityChangesContract } from "./identity-changes.ts";
import { loginFailuresContract } from "./identity-failures.ts";
import { identityStoreContract } from "./identity-store.ts";

identityStoreContract(async () => memoryIdentityStore());
identityChangesContract(async () => memoryIdentityStore());
loginFailuresContract(async (limits, clock) => memoryLoginFailures(limits, clock));
