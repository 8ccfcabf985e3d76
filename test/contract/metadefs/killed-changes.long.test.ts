import { killedChangesContract } from "./killed-changes.ts";

killedChangesContract(500);
