import {
  deletedLists,
  type FunctionAccess,
  type KeyPrefix,
  type TableAction,
  type TableGrant,
  tokenKeys,
  userEpochs,
} from "./rights.ts";

// Grants on the one table that several functions have.

export const transact = (
  actions: readonly TableAction[],
  ...partitions: TableGrant["partitions"]
): TableGrant => ({
  actions,
  partitions,
  inTransactions: true,
});

export const readTokenKeys: TableGrant = { actions: ["GetItem"], partitions: [tokenKeys, userEpochs] };
export const readImages: TableGrant = { actions: ["GetItem"], partitions: ["image#*"] };
/** A transfer that is over leaves the list of open ones. */
export const closeTransfers = transact(["DeleteItem"], "transfers#*");
/** What is wrong with stored bytes. */
export const recordFindings = transact(["GetItem", "PutItem"], "findings#*");
/** Uploads that were refused, by which an empty repeat is known. */
export const rememberRefused: TableGrant = { actions: ["GetItem", "PutItem"], partitions: ["uploads#*"] };
/** Leases and the progress of hashing are written past the image's revision. */
export const touchTransfers: TableGrant = { actions: ["UpdateItem"], partitions: ["image#*"] };

/** A job's checkpoints and its switch. */
export const keepState = (job: string): TableGrant => ({
  actions: ["GetItem", "PutItem"],
  partitions: [`upkeep#${job}`],
});
export const deliverNotifications: TableGrant = {
  actions: ["Query", "DeleteItem"],
  partitions: ["outbox#*"],
};

/** The switch of a job that never stops itself: every job looks at its own. */
export const readSwitch = (job: string): TableGrant => ({
  actions: ["GetItem"],
  partitions: [`upkeep#${job}`],
});

/**
 * Records and what hangs together with them, in batches of all prefixes: one grant, as AWS lets a request pass only where
 * one statement covers all of its keys.
 */
export const lookAtRecords: TableGrant = {
  actions: ["BatchGetItem"],
  partitions: ["image#*", "list#*", "transfers#*", "task#*", "tasks#*", "metadef#*", ...deletedLists],
};

/** The reaper's sign of life in the table. */
export const readHeartbeat: TableGrant = { actions: ["GetItem"], partitions: ["upkeep#reaper"] };

export const put = (...partitions: KeyPrefix[]): TableGrant => transact(["PutItem"], ...partitions);

/** The catalogue of metadata definitions, as those read it who need not change it. */
export const readCatalogue: TableGrant = {
  actions: ["GetItem", "BatchGetItem", "Query"],
  partitions: ["metadef#*"],
};

/** Ends what changes of the catalogue have staged or left behind, their notifications among it. */
const sweepCatalogue: readonly TableGrant[] = [
  { actions: ["BatchWriteItem"], partitions: ["metadef#*"] },
  { actions: ["BatchWriteItem"], partitions: ["outbox#*"] },
];

/** Changes the catalogue: one transaction each, with what is staged before and swept after it. */
export const changeCatalogue: readonly TableGrant[] = [
  readCatalogue,
  transact(["PutItem", "UpdateItem", "DeleteItem"], "metadef#*"),
  put("outbox#*"),
  ...sweepCatalogue,
];

/** Ends changes of the catalogue that nobody else ends. */
export const endCatalogueChanges: readonly TableGrant[] = [
  { actions: ["GetItem", "Query", "UpdateItem", "DeleteItem"], partitions: ["metadef#*"] },
  ...sweepCatalogue,
];

/** The cache's records, as those change them who take something out of it or put something in. */
export const changeCache: readonly TableGrant[] = [
  transact(["GetItem", "Query", "PutItem", "DeleteItem"], "cache#*"),
];
/** Takes deleted images out of it. */
export const forgetCached = transact(["GetItem", "PutItem", "DeleteItem"], "cache#*");
/** Notes that images were read, and queues those that are to be copied first. */
export const noteCacheUse: readonly TableGrant[] = [
  transact(["GetItem", "PutItem", "UpdateItem"], "cache#*"),
];

interface UsageGrant extends Pick<TableGrant, "actions" | "inTransactions"> {
  readonly partitions: readonly string[];
}

/** The counters, and a project's images to count. */
const countUsage: readonly UsageGrant[] = [
  { actions: ["GetItem", "PutItem"], partitions: ["usage#*"] },
  { actions: ["Query"], partitions: ["list#owner#*"] },
  { actions: ["BatchGetItem"], partitions: ["image#*"] },
];
const changeUsage: UsageGrant = { actions: ["UpdateItem"], partitions: ["usage#*"], inTransactions: true };

/** What `countsUsage` and `recountsUsage` add where usage is counted. */
export function usageGrantsOf({ countsUsage, recountsUsage }: FunctionAccess): readonly UsageGrant[] {
  if (countsUsage) return [...countUsage, changeUsage];
  return recountsUsage ? countUsage : [];
}
