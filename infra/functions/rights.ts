import type { QueueName } from "../../shared/aws/work-queue.ts";

/** Actions on items of the one table; a transaction is judged by the action of each of its items. */
export type TableAction =
  | "GetItem"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "Query"
  | "BatchGetItem"
  | "BatchWriteItem"
  | "ConditionCheckItem";

/**
 * What the one table holds, cut by the beginning of the partition key: images with their transfers, index entries
 * of the lists, notifications, open transfers, tasks with their lists, who fetches at this moment, refused uploads,
 * bytes to delete, metadata definitions, the cache, statements with their keys, users with token keys. (What projects
 * use is in `usage#*`: see `usageGrantsOf`.)
 */
export type KeyPrefix =
  | "image#*"
  | "list#*"
  | "outbox#*"
  | "transfers#*"
  | "task#*"
  | "tasks#*"
  | "fetching#*"
  | "uploads#*"
  | "deletions#*"
  | PendingDeletions
  | DeletedList
  | "findings#*"
  | "metadef#*"
  | "cache#*"
  | "provenance#*"
  | "identity#*";

/** Bytes to delete: what is written there is deleted. */
type PendingDeletions = "deletions#pending";
/** Entries by which the scrubber and the purge find deleted images, and nothing more. */
export const deletedLists = ["deletions#scrub", "deletions#leftovers", "deletions#records"] as const;
type DeletedList = (typeof deletedLists)[number];

/** What a job keeps between its runs: each job reaches its own partition only. */
type JobPartition = `upkeep#${string}`;

/** What functions outside identity read of it to judge tokens: their public keys, and who was revoked. */
export const tokenKeys = "identity#keys";
export const userEpochs = "identity#epoch#*";

export interface TableGrant {
  readonly actions: readonly TableAction[];
  readonly partitions: readonly (KeyPrefix | JobPartition | typeof tokenKeys | typeof userEpochs)[];
  /** Its writes and checks are items of transactions, beside those of the function's other grants with this mark. */
  readonly inTransactions?: true;
}

type MultipartAction = "AbortMultipartUpload" | "ListMultipartUploadParts";

/**
 * What a function may do, said once: it becomes the function's policy and decides which names of resources its
 * environment carries; tests compare it with the calls that were made.
 */
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
  /** Stores parts of uploads that others make objects of: its PutObject makes none, and so replaces none. */
  readonly storesPartsOnly?: true;
  /** Has folders of images mounted, where there are any: EFS actions on their access point. */
  readonly folders?: readonly ("ClientMount" | "ClientWrite")[];
  /** S3 actions on the cached copies, in their folder of the image bucket. */
  readonly copies?: readonly ("GetObject" | "PutObject" | "DeleteObject" | MultipartAction)[];
  /** As `tellsMissingObjects`, of cached copies: in the first bucket alone. */
  readonly tellsMissingCopies?: true;
  /** Lists the cached copies, and the multipart uploads of the first bucket. */
  readonly listsCopies?: true;
  /** Reads stores on other hosts to which no client is led, to copy from them. */
  readonly readsUnserved?: true;
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
  /** Polls that queue by itself, and keeps messages hidden while it works on them. */
  readonly polls?: QueueName;
  /** Decides itself when a message of that queue comes again that it failed on. */
  readonly postpones?: true;
  /** Hands work over to its own next run by its queue, again and again: each message has a bounded piece of work. */
  readonly callsItself?: true;
  /** Publishes notifications on the event bus. */
  readonly publishes?: true;
  /** KMS actions on the key that signs tokens. */
  readonly tokenKey?: readonly ("Sign" | "GetPublicKey")[];
  /** Signs statements about images, with a key of their own, where there is one. */
  readonly signsStatements?: true;
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
  /** Reads signers' certificates, where they are in Secrets Manager. */
  readonly readsSigningCertificates?: true;
  /** Judges callers by their tokens: reads this service's own login where a Keystone does. */
  readonly judgesTokens?: true;
}
