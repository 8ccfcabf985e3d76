import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type QueueName, queueNames } from "../../shared/aws/work-queue.ts";
import { environmentVariable } from "../../shared/environment.ts";
import { CERTIFICATE_SECRETS } from "../../shared/images/adapters/secrets-manager/signing-certificates.ts";
import { countsUsage } from "../../shared/settings/counts-usage.ts";
import { type Settings, settingsEnvironment } from "../../shared/settings.ts";
import type { Bundles } from "../bundle.ts";
import { entryOf, type FunctionName } from "../functions/functions.ts";
import type { FunctionAccess } from "../functions/rights.ts";
import { type AccessSettings, logsInAtKeystone, policyStatements } from "./access-policy.ts";
import { acknowledgeCopies, acknowledgeJobs, acknowledgeObjects } from "./bucket-wildcards.ts";
import { acknowledgeFolder, fileSystemsOf, mountFolder, networkPolicy } from "./folder-mount.ts";
import type { ImageStores } from "./image-stores.ts";

/** What all functions share. */
export interface FunctionContext {
  readonly table: Table;
  readonly stores: ImageStores;
  /** With the heartbeat. */
  readonly bucket: Bucket;
  readonly tokenKey: Key;
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

const accessSettings = ({ settings, transactionsWithoutKeys }: FunctionContext): AccessSettings => ({
  countsUsage: countsUsage(settings),
  limitsFromKeystone: settings.use_keystone_limits,
  transactionsWithoutKeys,
});

/** Names of those resources only that the function has a right to. */
function resourceEnvironment(access: FunctionAccess, context: FunctionContext): Record<string, string> {
  const reaches = (queue: QueueName) =>
    access.sendsTo?.includes(queue) || (access.postpones && access.consumes === queue);
  return {
    [environmentVariable("tableName")]: context.table.tableName,
    ...((access.objects || access.copies || access.listsObjects || access.seesHeartbeat) && {
      [environmentVariable("imageBucket")]: context.bucket.bucketName,
    }),
    ...((access.objects || access.copies || access.listsObjects) &&
      context.stores.made !== "" && { [environmentVariable("storeResources")]: context.stores.made }),
    ...Object.fromEntries(
      queueNames
        .filter(reaches)
        .map((name) => [environmentVariable(`${name}QueueUrl`), context.queues[name].queueUrl]),
    ),
    ...(access.publishes && { [environmentVariable("eventBusName")]: context.bus.eventBusName }),
    ...(access.tokenKey && { [environmentVariable("tokenKeyId")]: context.tokenKey.keyId }),
    ...(logsInAtKeystone(access, accessSettings(context)) &&
      context.keystoneSecret && {
        [environmentVariable("keystoneSecretId")]: context.keystoneSecret.secretArn,
      }),
    ...(access.asksForChecksums &&
      context.checksumRole && {
        [environmentVariable("checksumRoleArn")]: context.checksumRole.roleArn,
      }),
  };
}

const arnsOf = (queues: FunctionContext["queues"]) =>
  Object.fromEntries(queueNames.map((name) => [name, queues[name].queueArn])) as Record<QueueName, string>;

/** `workers/finalize` -> `WorkersFinalizeFunction`. */
const constructId = (name: FunctionName): string =>
  `${name.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase())}Function`;

/** A function with its log group and its own role, as its entry says, whose policy is its `access` and its own log. */
export class GlanceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly log: LogGroup;

  constructor(scope: Construct, name: FunctionName, context: FunctionContext) {
    super(scope, constructId(name));
    const { access, memoryMegabytes, timeoutSeconds } = entryOf(name);
    const folder = access.folders && context.stores.folder;
    this.log = new LogGroup(this, "Log", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        access: new PolicyDocument({
          statements: policyStatements(
            access,
            {
              table: context.table.tableArn,
              bucket: context.bucket.bucketArn,
              imageBuckets: context.stores.buckets,
              storeSecrets: context.stores.secrets,
              ownPlacesSecrets: context.stores.ownPlacesSecrets,
              unservedSecrets: context.stores.unservedSecrets,
              ...(folder && {
                folder: {
                  accessPoint: folder.mount.accessPoint,
                  fileSystems: fileSystemsOf(folder.mount.accessPoint),
                },
              }),
              queues: arnsOf(context.queues),
              tokenKey: context.tokenKey.keyArn,
              eventBus: context.bus.eventBusArn,
              ...(context.settings.key_manager_backend === "secrets-manager" && {
                signingCertificates: Stack.of(this).formatArn({
                  service: "secretsmanager",
                  resource: "secret",
                  resourceName: `${CERTIFICATE_SECRETS}*`,
                  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
                }),
              }),
              ...(context.keystoneSecret && { keystoneSecret: context.keystoneSecret.secretArn }),
              ...(context.checksumRole && {
                checksums: {
                  role: context.checksumRole.roleArn,
                  jobs: Stack.of(this).formatArn({ service: "s3", resource: "job", resourceName: "*" }),
                },
              }),
            },
            accessSettings(context),
          ).map((statement) => PolicyStatement.fromJson(statement)),
        }),
        log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
              resources: [this.log.logGroupArn],
            }),
          ],
        }),
        ...(folder && { network: networkPolicy() }),
        ...(context.failures && {
          failures: new PolicyDocument({
            statements: [
              new PolicyStatement({
                actions: ["sqs:SendMessage"],
                resources: [context.failures.queueArn],
              }),
            ],
          }),
        }),
      },
    });
    if (access.objects) for (const bucket of context.stores.buckets) acknowledgeObjects(role, bucket);
    if (folder) acknowledgeFolder(role, folder);
    if (access.copies) acknowledgeCopies(role, context.stores.first);
    if (access.asksForChecksums && context.checksumRole) acknowledgeJobs(role, context.stores.first);
    this.lambda = new LambdaFunction(this, "Function", {
      description: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(context.bundles[name].directory),
      handler: "index.handler",
      memorySize: memoryMegabytes,
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup: this.log,
      // Lambda would end a chain of 16 hand-overs, and the object would never be read to its end.
      ...(access.callsItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      environment: {
        POWERTOOLS_SERVICE_NAME: name,
        ...resourceEnvironment(access, context),
        ...settingsEnvironment(context.settings),
      },
    });
    if (folder) mountFolder(this.lambda, folder);
  }
}
