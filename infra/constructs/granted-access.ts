import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { type QueueName, queueNames } from "../../shared/aws/work-queue.ts";
import { environmentVariable } from "../../shared/environment.ts";
import { CERTIFICATE_SECRETS } from "../../shared/images/adapters/secrets-manager/signing-certificates.ts";
import { countsUsage } from "../../shared/settings/counts-usage.ts";
import type { FunctionAccess } from "../functions/rights.ts";
import { type AccessSettings, logsInAtKeystone, policyStatements } from "./access-policy.ts";
import { fileSystemsOf } from "./folder-mount.ts";
import type { FunctionContext } from "./function-context.ts";

const accessSettings = ({ settings, transactionsWithoutKeys }: FunctionContext): AccessSettings => ({
  countsUsage: countsUsage(settings),
  limitsFromKeystone: settings.use_keystone_limits,
  transactionsWithoutKeys,
});

/** Names of those resources only that the function has a right to. */
export function resourceEnvironment(
  access: FunctionAccess,
  context: FunctionContext,
): Record<string, string> {
  const reaches = (queue: QueueName) =>
    access.sendsTo?.includes(queue) ||
    access.polls === queue ||
    (access.postpones && access.consumes === queue);
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
    ...(access.tokenKey &&
      context.tokenKey && { [environmentVariable("tokenKeyId")]: context.tokenKey.keyId }),
    ...(access.signsStatements &&
      context.statementKey && { [environmentVariable("statementKeyId")]: context.statementKey.keyId }),
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

/** What `access` says as a policy, for a role of the scope's stack. */
export function accessPolicy(
  scope: Construct,
  access: FunctionAccess,
  context: FunctionContext,
): PolicyDocument {
  const folder = access.folders && context.stores.folder;
  return new PolicyDocument({
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
        ...(context.tokenKey && { tokenKey: context.tokenKey.keyArn }),
        ...(context.statementKey && { statementKey: context.statementKey.keyArn }),
        eventBus: context.bus.eventBusArn,
        ...(context.settings.key_manager_backend === "secrets-manager" && {
          signingCertificates: Stack.of(scope).formatArn({
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
            jobs: Stack.of(scope).formatArn({ service: "s3", resource: "job", resourceName: "*" }),
          },
        }),
      },
      accessSettings(context),
    ).map((statement) => PolicyStatement.fromJson(statement)),
  });
}
