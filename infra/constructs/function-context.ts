import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Role } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import type { QueueName } from "../../shared/aws/work-queue.ts";
import type { Settings } from "../../shared/settings.ts";
import type { Bundles } from "../bundle.ts";
import type { ImageStores } from "./image-stores.ts";

/** What all functions share. */
export interface FunctionContext {
  readonly table: Table;
  readonly stores: ImageStores;
  /** With the heartbeat. */
  readonly bucket: Bucket;
  /** Absent where others say who the users are. */
  readonly tokenKey?: Key;
  /** Where statements about images are signed. */
  readonly statementKey?: Key;
  readonly bus: EventBus;
  /** Absent without a Keystone. */
  readonly keystoneSecret?: Secret;
  /** Only for the function that has S3 compute checksums, where that is chosen. */
  readonly checksumRole?: Role;
  /** Where Lambda tells of runs that failed, of functions that are called without waiting. */
  readonly failures?: IQueue;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly settings: Settings;
  /** Context of that name (infra/constructs/access-policy.ts). */
  readonly transactionsWithoutKeys: boolean;
  readonly bundles: Bundles;
}
