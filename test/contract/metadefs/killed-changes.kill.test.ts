import { killedChangesContract } from "./killed-changes.ts";

// 500 in killed-changes.long.test.ts: what differs is how many batches there are.
killedChangesContract(150);
