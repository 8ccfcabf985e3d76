import type { QueueName } from "../../shared/aws/work-queue.ts";
import { usageGrantsOf } from "../functions/grants.ts";
import type { FunctionAccess } from "../functions/rights.ts";
import type { PolicyStatement } from "./policy-statement.ts";
import { scanStatement, tableStatements } from "./table-statements.ts";

/** A bucket with image data. */
export interface BucketAccess {
  readonly arn: string;
  /** Made for this service, so that all that lies in it is its own. */
  readonly isOwn: boolean;
  /** False where what is there is served and deleted, and nothing new comes. */
  readonly takesImages: boolean;
}

/** ARNs of what functions reach. */
export interface ResourceArns {
  readonly table: string;
  /** The first bucket, which has the heartbeat. */
  readonly bucket: string;
  /** All buckets with image data; the first one, where they are not said. */
  readonly imageBuckets?: readonly BucketAccess[];
  /** Of the folder that functions have mounted; absent where there is none. */
  readonly folder?: { readonly accessPoint: string; readonly fileSystems: string };
  /** Keys of stores on other hosts. */
  readonly storeSecrets?: readonly string[];
  /** Of these, what opens places there that are this service's own, for whoever looks through them. */
  readonly ownPlacesSecrets?: readonly string[];
  /** And what opens stores that serve no clients, for whoever copies from them into the cache. */
  readonly unservedSecrets?: readonly string[];
  readonly queues: Readonly<Record<QueueName, string>>;
  /** Absent where others say who the users are. */
  readonly tokenKey?: string;
  /** Signs statements about images; absent where none are signed. */
  readonly statementKey?: string;
  readonly eventBus: string;
  /** Absent without a Keystone. */
  readonly keystoneSecret?: string;
  /** Absent where signers' certificates are elsewhere: all secrets that may hold one. */
  readonly signingCertificates?: string;
  /** Absent where S3 computes no checksums: the role it does so with, and all batch jobs of the account. */
  readonly checksums?: { readonly role: string; readonly jobs: string };
}

/** What of the settings and the context decides about rights. */
export interface AccessSettings {
  readonly countsUsage: boolean;
  readonly limitsFromKeystone: boolean;
  /** Context of that name: lets transactions through that IAM judges without partition keys. */
  readonly transactionsWithoutKeys: boolean;
}

const leastRights: AccessSettings = {
  countsUsage: false,
  limitsFromKeystone: false,
  transactionsWithoutKeys: false,
};

/**
 * Keys of image data: two UUIDs (shared/images/domain/object-key.ts). No other key of the bucket has this form, so that who
 * serves images, and what it presigns, reaches no sign of life and no list of a job.
 */
const UUID = "????????-????-????-????-????????????";
export const IMAGE_DATA = `${UUID}/${UUID}`;

/** Keys of cached copies (shared/cache/domain/copy-key.ts). */
const CACHE_FOLDER = "cache/";
export const CACHED_COPIES = `${CACHE_FOLDER}${IMAGE_DATA}`;
/** Keys of their pieces, while they are being made. */
export const COPIES_PIECES = `${CACHED_COPIES}.?????`;

/** The reaper's sign of life; the one object of the bucket that is no image's (shared/upkeep/adapters/s3/bucket-heartbeats.ts). */
const HEARTBEAT = "upkeep/heartbeat";

/** Lists and reports of checksum jobs (shared/upkeep/adapters/s3-control/job-request.ts). */
export const CHECKSUM_JOBS = "upkeep/checksums";

/** What Lambda's poller does with the function's role (Lambda guide, "Configuring a queue to use with Lambda"). */
const consume = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

/** What a program does that polls by itself. */
const poll = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"];

/** Who needs this service's own login at the Keystone. */
export const logsInAtKeystone = (access: FunctionAccess, settings: AccessSettings): boolean =>
  access.judgesTokens === true || (access.readsLimits === true && settings.limitsFromKeystone);

/** Of several as a list. */
const resources = (arns: readonly string[]): string | string[] =>
  arns.length === 1 ? (arns[0] as string) : [...arns];

/**
 * S3 user guide, "Enforce conditional writes": the key is false where an upload is begun and where a part of it is stored,
 * true where an object is made. A request without the key is allowed: an S3 that left it out would refuse every part.
 */
const makesNoObject = { BoolIfExists: { "s3:ObjectCreationOperation": "false" } };

const isWrite = (action: string): boolean => action === "PutObject";

/** What a function may do in the buckets of image data: only that which there is something for. */
function imageDataStatements(access: FunctionAccess, buckets: readonly BucketAccess[]): PolicyStatement[] {
  const allow = (
    actions: readonly string[],
    some: readonly BucketAccess[],
    keys = "",
    Condition?: PolicyStatement["Condition"],
  ): PolicyStatement[] =>
    some.length === 0 || actions.length === 0
      ? []
      : [
          {
            Effect: "Allow",
            Action: actions.map((action) => `s3:${action}`),
            Resource: resources(some.map(({ arn }) => `${arn}${keys}`)),
            ...(Condition && { Condition }),
          },
        ];
  const { objects = [], storesPartsOnly = false } = access;
  const isBound = (action: string): boolean => storesPartsOnly && isWrite(action);
  const [taking, kept] = [
    buckets.filter((one) => one.takesImages),
    buckets.filter((one) => !one.takesImages),
  ];
  return [
    ...allow(
      objects.filter((action) => !isBound(action)),
      taking,
      `/${IMAGE_DATA}`,
    ),
    ...allow(objects.filter(isBound), taking, `/${IMAGE_DATA}`, makesNoObject),
    ...allow(
      objects.filter((action) => !isWrite(action)),
      kept,
      `/${IMAGE_DATA}`,
    ),
    ...(access.tellsMissingObjects ? allow(["ListBucket"], buckets) : []),
    ...(access.listsObjects
      ? allow(
          ["ListBucket", "ListBucketMultipartUploads"],
          buckets.filter((one) => one.isOwn),
        )
      : []),
    ...(access.listsVersions ? allow(["ListBucketVersions"], buckets) : []),
  ];
}

/** What a function may do with cached copies. */
function copyStatements(
  { copies, listsCopies, tellsMissingCopies }: FunctionAccess,
  bucket: string,
): PolicyStatement[] {
  const allow = (actions: readonly string[], Resource: string | string[]): PolicyStatement => ({
    Effect: "Allow",
    Action: actions.map((action) => `s3:${action}`),
    Resource,
  });
  return [
    ...(copies
      ? [
          allow(
            copies,
            [CACHED_COPIES, COPIES_PIECES].map((keys) => `${bucket}/${keys}`),
          ),
        ]
      : []),
    ...(listsCopies
      ? [
          {
            ...allow(["ListBucket"], bucket),
            Condition: { StringLike: { "s3:prefix": `${CACHE_FOLDER}*` } },
          },
          // Service Authorization Reference, Amazon S3: the prefix is a condition key of ListBucket, and none of this.
          allow(["ListBucketMultipartUploads"], bucket),
        ]
      : []),
    // Without a condition: who reads an object names no prefix, and S3 would answer 403 for a missing one.
    ...(tellsMissingCopies ? [allow(["ListBucket"], bucket)] : []),
  ];
}

/** What a function may do in the folder: through its access point, and through no other. */
const folderStatements = (
  { folders = [] }: FunctionAccess,
  folder: ResourceArns["folder"],
): PolicyStatement[] =>
  folder === undefined || folders.length === 0
    ? []
    : [
        {
          Effect: "Allow",
          Action: folders.map((action) => `elasticfilesystem:${action}`),
          Resource: folder.fileSystems,
          Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": folder.accessPoint } },
        },
      ];

/** A function's access as statements of an IAM policy: nothing besides what `access` says. */
export function policyStatements(
  access: FunctionAccess,
  arns: ResourceArns,
  settings: AccessSettings = leastRights,
): PolicyStatement[] {
  const counting = settings.countsUsage ? usageGrantsOf(access) : [];
  const statements = tableStatements([...access.table, ...counting], arns.table, settings);
  const allow = (service: string, actions: readonly string[], Resource: string | string[]) =>
    statements.push({ Effect: "Allow", Action: actions.map((action) => `${service}:${action}`), Resource });

  if (access.scansKeys) statements.push(scanStatement(arns.table));
  const { imageBuckets = [{ arn: arns.bucket, isOwn: true, takesImages: true }], storeSecrets = [] } = arns;
  statements.push(...imageDataStatements(access, imageBuckets));
  const { ownPlacesSecrets = [], unservedSecrets = [] } = arns;
  const opened = new Set([
    ...(access.objects ? storeSecrets : []),
    ...(access.listsObjects ? ownPlacesSecrets : []),
    ...(access.readsUnserved ? unservedSecrets : []),
  ]);
  if (opened.size > 0) allow("secretsmanager", ["GetSecretValue"], resources([...opened]));
  statements.push(...folderStatements(access, arns.folder));
  statements.push(...copyStatements(access, arns.bucket));
  if (access.keepsHeartbeat || access.seesHeartbeat) {
    const writes = access.keepsHeartbeat ? ["PutObject"] : [];
    allow("s3", ["GetObject", ...writes], `${arns.bucket}/${HEARTBEAT}`);
    // Before the first beat it is missing, which S3 tells only those who may list the bucket.
    if (!access.listsObjects && !access.tellsMissingObjects) allow("s3", ["ListBucket"], arns.bucket);
    // Names no item, so that no condition on partitions can bind it.
    allow("dynamodb", ["DescribeTable"], arns.table);
  }
  if (access.sendsTo) {
    allow(
      "sqs",
      ["SendMessage"],
      access.sendsTo.map((queue) => arns.queues[queue]),
    );
  }
  if (access.consumes) {
    const postpone = access.postpones ? ["ChangeMessageVisibility"] : [];
    allow("sqs", [...consume, ...postpone], arns.queues[access.consumes]);
  }
  if (access.polls) allow("sqs", poll, arns.queues[access.polls]);
  if (access.publishes) allow("events", ["PutEvents"], arns.eventBus);
  if (access.tokenKey && arns.tokenKey !== undefined) allow("kms", access.tokenKey, arns.tokenKey);
  if (access.signsStatements && arns.statementKey !== undefined)
    allow("kms", ["Sign", "GetPublicKey"], arns.statementKey);
  if (logsInAtKeystone(access, settings) && arns.keystoneSecret !== undefined)
    allow("secretsmanager", ["GetSecretValue"], arns.keystoneSecret);
  if (access.readsSigningCertificates && arns.signingCertificates !== undefined)
    allow("secretsmanager", ["GetSecretValue"], arns.signingCertificates);
  if (access.asksForChecksums && arns.checksums) {
    const { role, jobs } = arns.checksums;
    allow("s3", ["GetObject", "PutObject"], `${arns.bucket}/${CHECKSUM_JOBS}/*`);
    // A job to create has no name yet. What it can do is what the one role can that may be passed on.
    allow("s3", ["CreateJob"], "*");
    allow("s3", ["DescribeJob"], jobs);
    statements.push({
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: role,
      Condition: { StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" } },
    });
  }
  return statements;
}
