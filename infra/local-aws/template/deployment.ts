import type { TableDefinition } from "../emulators/dynamodb/table.ts";
import type { Statement } from "../iam/principal.ts";
import type { Stack } from "./assembly.ts";
import { type AsyncConfig, asyncConfigOf } from "./async-config.ts";
import { type BucketDefinition, bucketOf } from "./buckets.ts";
import { type ContainerDefinition, containerOf } from "./containers.ts";
import { type EventBusDefinition, eventBusOf } from "./event-buses.ts";
import {
  type EventSourceDefinition,
  eventSourceOf,
  type FunctionDefinition,
  functionOf,
} from "./functions.ts";
import { type KeyDefinition, keyOf } from "./keys.ts";
import { property, text } from "./properties.ts";
import { type QueueDefinition, queueOf } from "./queues.ts";
import { type Resource, resolveResources } from "./resources.ts";
import { type RestApiDefinition, restApiOf } from "./rest-api.ts";
import { type RoleDefinition, rolesOf, statementsOf } from "./roles.ts";
import { type ScheduleDefinition, scheduleOf } from "./schedules.ts";
import { type SecretDefinition, secretOf } from "./secrets.ts";
import { tableDefinition } from "./tables.ts";

/** Everything of an app's templates that the runtime runs, in its own words. */
export interface Deployment {
  readonly tables: readonly TableDefinition[];
  readonly buckets: readonly BucketDefinition[];
  readonly keys: readonly KeyDefinition[];
  readonly secrets: readonly SecretDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly eventBuses: readonly EventBusDefinition[];
  readonly roles: readonly RoleDefinition[];
  readonly functions: readonly FunctionDefinition[];
  readonly containers: readonly ContainerDefinition[];
  readonly asyncConfigs: readonly AsyncConfig[];
  readonly eventSources: readonly EventSourceDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly restApi: RestApiDefinition | undefined;
  /** Statements of bucket, queue and key policies by the ARN of the resource that carries them. */
  readonly resourceStatements: ReadonlyMap<string, readonly Statement[]>;
}

/** Reads the stacks; `queueUrlBase` is where the local SQS listens, e.g. `http://127.0.0.1:4566`. */
export function readDeployment(stacks: readonly Stack[], queueUrlBase: string): Deployment {
  const resources = resolveResources(stacks, queueUrlBase);
  const read = <Definition>(type: string, definition: (resource: Resource) => Definition): Definition[] =>
    resources.filter((resource) => resource.type === type).map(definition);

  const functions = read("AWS::Lambda::Function", functionOf);
  return {
    functions,
    tables: read("AWS::DynamoDB::Table", tableDefinition),
    buckets: read("AWS::S3::Bucket", bucketOf),
    keys: read("AWS::KMS::Key", keyOf),
    secrets: read("AWS::SecretsManager::Secret", secretOf),
    queues: read("AWS::SQS::Queue", queueOf),
    eventBuses: read("AWS::Events::EventBus", eventBusOf),
    roles: rolesOf(resources),
    containers: read("AWS::ECS::TaskDefinition", containerOf),
    asyncConfigs: read("AWS::Lambda::EventInvokeConfig", asyncConfigOf),
    eventSources: read("AWS::Lambda::EventSourceMapping", (resource) =>
      eventSourceOf(resource, functions),
    ).filter((source) => source !== undefined),
    schedules: read("AWS::Scheduler::Schedule", (resource) => scheduleOf(resource, functions)),
    restApi: restApiOf(resources),
    resourceStatements: resourceStatementsOf(resources),
  };
}

function resourceStatementsOf(resources: readonly Resource[]): ReadonlyMap<string, readonly Statement[]> {
  const arnOf = (id: string): string => resources.find((resource) => resource.id === id)?.arn ?? id;
  const entries = resources.flatMap((resource): [string, readonly Statement[]][] => {
    switch (resource.type) {
      case "AWS::S3::BucketPolicy":
        return [[arnOf(text(resource, "Bucket")), statementsOf(property(resource, "PolicyDocument"))]];
      case "AWS::SQS::QueuePolicy":
        return (property(resource, "Queues") as string[]).map((url) => [
          arnOf(url),
          statementsOf(property(resource, "PolicyDocument")),
        ]);
      case "AWS::KMS::Key":
        return [[resource.arn, statementsOf(property(resource, "KeyPolicy"))]];
      default:
        return [];
    }
  });
  // A resource may carry more than one policy document (a queue with several QueuePolicies).
  return new Map(
    [...Map.groupBy(entries, ([arn]) => arn)].map(([arn, group]) => [
      arn,
      group.flatMap(([, statements]) => statements),
    ]),
  );
}
