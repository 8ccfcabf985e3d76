import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { QueueName } from "../../shared/aws/work-queue.ts";
import type { ApiFunction } from "../../shared/routes.ts";
import { type FunctionContext, type FunctionSize, GlanceFunction } from "../constructs/glance-function.ts";
import { feed } from "../constructs/queue-worker.ts";
import { RestApi } from "../constructs/rest-api.ts";
import { workQueue } from "../constructs/work-queue.ts";

/** A function must answer before the gateway's 29 s are over, or its work is done and the client told otherwise. */
const API_TIMEOUT_SECONDS = 25;

const memoryMegabytes: Readonly<Record<ApiFunction, number>> = {
  discovery: 512,
  images: 512,
  members: 512,
  // Holds a body of some MB as base64 and as bytes, and hashes it.
  data: 1024,
  transfers: 512,
  recovery: 256,
  audit: 256,
  // Password hashing is meant to be heavy in memory and processor time.
  identity: 1024,
};

/** One full processor core (1,769 MB), as hashing is all it does, for as long as Lambda allows. */
const finalizeSize: FunctionSize = { memoryMegabytes: 1769, timeoutSeconds: 900 };
/** With the pauses between them (functions/workers/retry-delay.ts) a failure of a quarter of an hour passes. */
const WORK_ATTEMPTS = 10;
const deleteSize: FunctionSize = { memoryMegabytes: 256, timeoutSeconds: 60 };
const notifySize: FunctionSize = { memoryMegabytes: 256, timeoutSeconds: 60 };

export interface ApiStackProps extends Omit<FunctionContext, "queues"> {
  readonly stageName: string;
  readonly setAccountLogRole: boolean;
}

/** The API with its functions, and the workers with their queues. */
export class ApiStack extends Stack {
  readonly queues: Readonly<Record<QueueName, Queue>>;

  constructor(scope: Construct, id: string, { stageName, setAccountLogRole, ...props }: ApiStackProps) {
    super(scope, id, { description: "Image service: API, functions and workers" });
    this.queues = {
      finalize: workQueue(this, "FinalizeQueue", { visibilitySeconds: 1000, attempts: WORK_ATTEMPTS }),
      delete: workQueue(this, "DeleteQueue", {
        visibilitySeconds: 6 * deleteSize.timeoutSeconds,
        attempts: WORK_ATTEMPTS,
      }),
      notify: workQueue(this, "NotifyQueue", {
        visibilitySeconds: 6 * notifySize.timeoutSeconds,
        attempts: 3,
      }),
    };
    const context = { ...props, queues: this.queues };

    const apiFunction = (name: ApiFunction) =>
      new GlanceFunction(
        this,
        name,
        { memoryMegabytes: memoryMegabytes[name], timeoutSeconds: API_TIMEOUT_SECONDS },
        context,
      );
    const api = new RestApi(this, "Rest", {
      functions: {
        discovery: apiFunction("discovery"),
        images: apiFunction("images"),
        members: apiFunction("members"),
        data: apiFunction("data"),
        transfers: apiFunction("transfers"),
        recovery: apiFunction("recovery"),
        audit: apiFunction("audit"),
        identity: apiFunction("identity"),
      },
      stageName,
      allowedOrigins: props.settings.allowed_origin,
      setAccountLogRole,
    });

    feed(new GlanceFunction(this, "workers/finalize", finalizeSize, context), this.queues.finalize, {
      batchSize: 1,
      maxConcurrency: 50,
    });
    feed(new GlanceFunction(this, "workers/delete", deleteSize, context), this.queues.delete, {
      batchSize: 10,
      maxConcurrency: 10,
    });
    // Hints are gathered, so that one run delivers what a busy second has brought.
    feed(new GlanceFunction(this, "workers/notify", notifySize, context), this.queues.notify, {
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: 2,
    });
    new CfnOutput(this, "ApiUrl", { value: api.url });
  }
}
