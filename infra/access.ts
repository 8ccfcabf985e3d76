import type { QueueName } from "../shared/aws/work-queue.ts";

/** Actions on items of the one table; a transaction is judged by the action of each of its items. */
export type TableAction =
  | "GetItem"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "Query"
  | "BatchGetItem"
  | "ConditionCheckItem";

/**
 * What the one table holds, cut by the beginning of the partition key: images with their transfers, index entries
 * of the lists, notifications, open transfers, refused uploads, bytes to delete, users with token keys. (What projects
 * use is in `usage#*`: see `usageGrantsOf`.)
 */
export type KeyPrefix =
  | "image#*"
  | "list#*"
  | "outbox#*"
  | "transfers#*"
  | "uploads#*"
  | "deletions#*"
  | PendingDeletions
  | DeletedList
  | "findings#*"
  | "identity#*";

/** Bytes to delete: what is written there is deleted. */
type PendingDeletions = "deletions#pending";
/** Entries by which the scrubber and the purge find deleted images, and nothing more. */
const deletedLists = ["deletions#scrub", "deletions#leftovers", "deletions#records"] as const;
type DeletedList = (typeof deletedLists)[number];

/** What a job keeps between its runs: each job reaches its own partition only. */
type JobPartition = `upkeep#${string}`;

/** What functions outside identity read of it to judge tokens: their public keys, and who was revoked. */
const tokenKeys = "identity#keys";
const userEpochs = "identity#epoch#*";

export interface TableGrant {
  readonly actions: readonly TableAction[];
  readonly partitions: readonly (KeyPrefix | JobPartition | typeof tokenKeys | typeof userEpochs)[];
  /** Its writes and checks are items of transactions, beside those of the function's other grants with this mark. */
  readonly inTransactions?: true;
}

export interface FunctionAccess {
  readonly table: readonly TableGrant[];
  /** S3 actions on the objects of the image bucket. */
  readonly objects?: readonly (
    | "GetObject"
    | "PutObject"
    | "DeleteObject"
    | "DeleteObjectVersion"
    | MultipartAction
  )[];
  /** S3 answers 404 for a missing object only to those who may list the bucket, 403 to all others. */
  readonly tellsMissingObjects?: true;
  /** Lists all objects and multipart uploads of the image bucket. */
  readonly listsObjects?: true;
  /** Keeps the heartbeat in the bucket, and asks for the table's identity. */
  readonly keepsHeartbeat?: true;
  /** Looks at the heartbeat in table and bucket before it does what makes bytes be deleted. */
  readonly seesHeartbeat?: true;
  /** Lists what the bucket's versioning keeps of deleted objects. */
  readonly listsVersions?: true;
  readonly sendsTo?: readonly QueueName[];
  readonly consumes?: QueueName;
  /** Decides itself when a message of that queue comes again that it failed on. */
  readonly postpones?: true;
  /** Hands work over to its own next run by its queue, again and again: each message has a bounded piece of work. */
  readonly callsItself?: true;
  /** Publishes notifications on the event bus. */
  readonly publishes?: true;
  /** KMS actions on the key that signs tokens. */
  readonly tokenKey?: readonly ("Sign" | "GetPublicKey")[];
  /** Changes what projects use: where that is counted, it needs the counters, and counts a project the first time. */
  readonly countsUsage?: true;
  /** Counts projects again, where they are counted, and changes nothing that is. */
  readonly recountsUsage?: true;
  /** Asks how much projects may use: of the Keystone, where that says so. */
  readonly readsLimits?: true;
  /**
   * Walks the whole table, whose keys it sees and nothing else: LeadingKeys cannot bind a Scan, so what it may name
   * is bound instead. The item of a key it reads by the grants of its prefix.
   */
  readonly scansKeys?: true;
  /** Has S3 Batch Operations compute checksums, where that is chosen. */
  readonly asksForChecksums?: true;
  /** Judges callers by their tokens: reads this service's own login where a Keystone does. */
  readonly judgesTokens?: true;
}

type MultipartAction = "AbortMultipartUpload" | "ListMultipartUploadParts";

const transact = (actions: readonly TableAction[], ...partitions: TableGrant["partitions"]): TableGrant => ({
  actions,
  partitions,
  inTransactions: true,
});

const readTokenKeys: TableGrant = { actions: ["GetItem"], partitions: [tokenKeys, userEpochs] };
const readImages: TableGrant = { actions: ["GetItem"], partitions: ["image#*"] };
/** A transfer that is over leaves the list of open ones. */
const closeTransfers = transact(["DeleteItem"], "transfers#*");
/** What is wrong with stored bytes. */
const recordFindings = transact(["GetItem", "PutItem"], "findings#*");
/** Uploads that were refused, by which an empty repeat is known. */
const rememberRefused: TableGrant = { actions: ["GetItem", "PutItem"], partitions: ["uploads#*"] };
/** Leases and the progress of hashing are written past the image's revision. */
const touchTransfers: TableGrant = { actions: ["UpdateItem"], partitions: ["image#*"] };

/** A job's checkpoints and its switch. */
const keepState = (job: string): TableGrant => ({
  actions: ["GetItem", "PutItem"],
  partitions: [`upkeep#${job}`],
});
const deliverNotifications: TableGrant = { actions: ["Query", "DeleteItem"], partitions: ["outbox#*"] };

/** The switch of a job that never stops itself: every job looks at its own. */
const readSwitch = (job: string): TableGrant => ({ actions: ["GetItem"], partitions: [`upkeep#${job}`] });

/**
 * Records and what hangs together with them, in batches of all prefixes: one grant, as AWS lets a request pass only where
 * one statement covers all of its keys.
 */
const lookAtRecords: TableGrant = {
  actions: ["BatchGetItem"],
  partitions: ["image#*", "list#*", "transfers#*", ...deletedLists],
};

/** The reaper's sign of life in the table. */
const readHeartbeat: TableGrant = { actions: ["GetItem"], partitions: ["upkeep#reaper"] };

const put = (...partitions: KeyPrefix[]): TableGrant => transact(["PutItem"], ...partitions);

/**
 * What each function may do, said once: it becomes the function's policy and decides which names of resources its
 * environment carries; tests compare it with the calls that were made. A function is named like its file under
 * functions/ (`images` is functions/images/handler.ts).
 */
export const access = {
  discovery: {
    table: [readTokenKeys],
    judgesTokens: true,
  },
  images: {
    judgesTokens: true,
    countsUsage: true,
    readsLimits: true,
    table: [
      readTokenKeys,
      { actions: ["GetItem", "BatchGetItem"], partitions: ["image#*"] },
      put("image#*", "list#*", "outbox#*", "deletions#*"),
      transact(["Query", "DeleteItem"], "list#*"),
      closeTransfers,
    ],
    sendsTo: ["delete", "notify"],
  },
  members: {
    judgesTokens: true,
    table: [
      readTokenKeys,
      { actions: ["GetItem", "Query"], partitions: ["image#*"] },
      put("image#*", "list#*", "outbox#*"),
      transact(["DeleteItem"], "image#*", "list#*"),
    ],
    sendsTo: ["notify"],
  },
  data: {
    judgesTokens: true,
    countsUsage: true,
    readsLimits: true,
    table: [
      readTokenKeys,
      readImages,
      put("image#*", "outbox#*", "deletions#*", "transfers#*"),
      closeTransfers,
      rememberRefused,
    ],
    objects: ["GetObject", "PutObject"],
    sendsTo: ["delete", "notify"],
  },
  transfers: {
    judgesTokens: true,
    countsUsage: true,
    readsLimits: true,
    table: [
      readTokenKeys,
      readImages,
      put("image#*", "outbox#*", "deletions#*", "transfers#*"),
      touchTransfers,
      closeTransfers,
      rememberRefused,
    ],
    objects: ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"],
    tellsMissingObjects: true,
    sendsTo: ["finalize", "delete", "notify"],
  },
  audit: {
    judgesTokens: true,
    table: [readTokenKeys, transact(["GetItem", "Query", "PutItem"], "findings#*")],
  },
  identity: {
    table: [
      transact(
        ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"],
        "identity#*",
      ),
    ],
    tokenKey: ["Sign", "GetPublicKey"],
  },
  "workers/finalize": {
    countsUsage: true,
    readsLimits: true,
    table: [
      readImages,
      put("image#*", "outbox#*", "deletions#*"),
      touchTransfers,
      closeTransfers,
      recordFindings,
    ],
    objects: ["GetObject", "PutObject", "ListMultipartUploadParts"],
    tellsMissingObjects: true,
    sendsTo: ["finalize", "delete", "notify"],
    consumes: "finalize",
    postpones: true,
    callsItself: true,
  },
  "workers/delete": {
    table: [readImages, { actions: ["GetItem", "UpdateItem", "DeleteItem"], partitions: ["deletions#*"] }],
    objects: ["DeleteObject", "AbortMultipartUpload"],
    consumes: "delete",
    postpones: true,
  },
  "workers/notify": {
    table: [deliverNotifications],
    publishes: true,
    consumes: "notify",
  },
  "upkeep/outbox": {
    table: [deliverNotifications, readSwitch("outbox")],
    publishes: true,
  },
  // Restores and recovers deleted images: removes delete markers, which is the deletion of a version to S3.
  recovery: {
    judgesTokens: true,
    countsUsage: true,
    table: [
      readTokenKeys,
      readImages,
      put("image#*", "list#*", "outbox#*", "deletions#*"),
      transact(["Query", "DeleteItem"], "deletions#*"),
    ],
    objects: ["DeleteObjectVersion"],
    listsVersions: true,
    sendsTo: ["finalize", "delete", "notify"],
  },
  "upkeep/scrubber": {
    table: [
      readImages,
      transact(["Query", "DeleteItem"], "deletions#*"),
      put("image#*", "deletions#*"),
      readSwitch("scrubber"),
      readHeartbeat,
    ],
    seesHeartbeat: true,
    sendsTo: ["delete"],
  },
  "upkeep/purge": {
    table: [
      transact(["GetItem", "Query", "DeleteItem"], "image#*"),
      transact(["Query", "DeleteItem"], "deletions#*"),
      transact(["DeleteItem"], "list#*"),
      put("image#*", "deletions#*"),
      readSwitch("purge"),
      readHeartbeat,
    ],
    seesHeartbeat: true,
  },
  "upkeep/auditor-deep": {
    table: [
      { actions: ["GetItem", "BatchGetItem"], partitions: ["image#*"] },
      { actions: ["Query"], partitions: ["list#*"] },
      put("image#*", "outbox#*"),
      recordFindings,
      keepState("auditor-deep"),
    ],
    objects: ["GetObject"],
    tellsMissingObjects: true,
    asksForChecksums: true,
  },
  "upkeep/auditor-light": {
    countsUsage: true,
    scansKeys: true,
    table: [
      // Whatever belongs to an image, and its entries; each change on condition of the image or transfer.
      transact(["GetItem", "Query", "ConditionCheckItem", "PutItem", "DeleteItem"], "image#*"),
      lookAtRecords,
      transact(["PutItem", "DeleteItem"], "list#*", "transfers#*", ...deletedLists),
      // Reads which deletions wait, and writes one for bytes that are left over; it ends none.
      transact(["GetItem", "Query", "PutItem"], "deletions#pending"),
      put("outbox#*"),
      recordFindings,
      keepState("auditor-light"),
      readHeartbeat,
    ],
    seesHeartbeat: true,
    objects: ["GetObject"],
    tellsMissingObjects: true,
    sendsTo: ["delete"],
  },
  "upkeep/index-rebuild": {
    scansKeys: true,
    table: [
      lookAtRecords,
      transact(["GetItem", "ConditionCheckItem", "DeleteItem"], "image#*"),
      transact(["PutItem", "DeleteItem"], "list#*", "transfers#*", ...deletedLists),
      keepState("index-rebuild"),
    ],
  },
  "upkeep/usage-recount": {
    recountsUsage: true,
    scansKeys: true,
    table: [keepState("usage-recount")],
  },
  "upkeep/item-migration": {
    scansKeys: true,
    table: [lookAtRecords, transact(["GetItem", "Query", "PutItem"], "image#*"), keepState("item-migration")],
    objects: ["GetObject"],
    tellsMissingObjects: true,
  },
  "upkeep/reaper": {
    countsUsage: true,
    table: [
      transact(["GetItem", "BatchGetItem", "ConditionCheckItem"], "image#*"),
      { actions: ["Query"], partitions: ["list#*", "transfers#*", "deletions#*"] },
      put("image#*", "outbox#*", "deletions#*"),
      closeTransfers,
      keepState("reaper"),
      // A release that was used up.
      { actions: ["DeleteItem"], partitions: ["upkeep#reaper"] },
    ],
    listsObjects: true,
    keepsHeartbeat: true,
    sendsTo: ["finalize", "delete"],
  },
} as const satisfies Record<string, FunctionAccess>;

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

export type FunctionName = keyof typeof access;
export const functionNames = Object.keys(access) as FunctionName[];

export const accessOf = (name: FunctionName): FunctionAccess => access[name];
