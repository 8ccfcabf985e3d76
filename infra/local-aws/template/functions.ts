import { list, number, property, refuse, text } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface FunctionDefinition {
  /** POWERTOOLS_SERVICE_NAME, its slashes as `-`, else the logical id: the name of the log file and of the principal. */
  readonly name: string;
  /** Lambda's own name of it. */
  readonly functionName: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Folder of the bundle. */
  readonly directory: string;
  /** `file.export`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly reservedConcurrency?: number;
  /** File systems, by the paths at which it has them. */
  readonly mounts: readonly { readonly accessPoint: string; readonly path: string }[];
  /** Messages that it sends to its own queue call it without end (`RecursiveLoop`). */
  readonly allowsRecursion: boolean;
}

const knownRuntime = /^nodejs2[0-9]\.x$/;

/** `AWS::Lambda::Function` of Node. */
export function functionOf(resource: Resource): FunctionDefinition {
  // Its network is this machine's, whatever it is on AWS.
  refuse(resource, "Layers", "ImageConfig");
  const runtime = text(resource, "Runtime");
  if (!knownRuntime.test(runtime))
    throw new Error(`${resource.logicalId} wants ${runtime}: only Node runs here`);
  const directory = resource.assets.get(text(resource, "Code", "S3Key"));
  if (directory === undefined) throw new Error(`the code of ${resource.logicalId} is no asset of the app`);
  const environment = (property(resource, "Environment", "Variables") ?? {}) as Record<string, unknown>;
  const service = environment.POWERTOOLS_SERVICE_NAME;
  const reserved = property(resource, "ReservedConcurrentExecutions");
  return {
    name: typeof service === "string" ? service.replaceAll("/", "-") : resource.logicalId,
    functionName: resource.id,
    arn: resource.arn,
    roleArn: text(resource, "Role"),
    directory,
    handler: text(resource, "Handler"),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, String(value)]),
    ),
    mounts: list<{ Arn: string; LocalMountPath: string }>(resource, "FileSystemConfigs").map(
      ({ Arn: accessPoint, LocalMountPath: path }) => ({ accessPoint, path }),
    ),
    timeoutSeconds: number(resource, 3, "Timeout"),
    memoryMegabytes: number(resource, 128, "MemorySize"),
    allowsRecursion: property(resource, "RecursiveLoop") === "Allow",
    ...(reserved !== undefined && { reservedConcurrency: Number(reserved) }),
  };
}

export interface EventSourceDefinition {
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** The function names the messages of a batch that failed; without it one failure fails the batch. */
  readonly partialFailures: boolean;
  readonly maximumConcurrency: number;
}

// Lambda has up to 1,000 invocations of a queue at a time; here each instance costs memory.
const defaultConcurrency = 2;
const mostConcurrency = 4;

/**
 * `AWS::Lambda::EventSourceMapping` of an SQS queue; undefined when it is switched off. A batching window is not
 * kept: messages come at once, in smaller batches.
 */
export function eventSourceOf(
  resource: Resource,
  functions: readonly FunctionDefinition[],
): EventSourceDefinition | undefined {
  refuse(resource, "FilterCriteria", "StartingPosition", "DestinationConfig");
  if (property(resource, "Enabled") === false) return undefined;
  const target = text(resource, "FunctionName");
  const invoked = functions.find(({ functionName, arn }) => target === arn || target === functionName);
  if (!invoked) throw new Error(`${resource.logicalId} names a function that no stack declares: ${target}`);
  const concurrency = number(resource, defaultConcurrency, "ScalingConfig", "MaximumConcurrency");
  return {
    functionArn: invoked.arn,
    queueArn: text(resource, "EventSourceArn"),
    batchSize: number(resource, 10, "BatchSize"),
    partialFailures: list(resource, "FunctionResponseTypes").includes("ReportBatchItemFailures"),
    maximumConcurrency: Math.min(concurrency, mostConcurrency),
  };
}
