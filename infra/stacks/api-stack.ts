import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { QueueName } from "../../shared/aws/work-queue.ts";
import type { ApiFunction } from "../../shared/routes.ts";
import type { FunctionContext } from "../constructs/function-context.ts";
import { GlanceFunction } from "../constructs/glance-function.ts";
import { feed } from "../constructs/queue-worker.ts";
import { RestApi } from "../constructs/rest-api.ts";
import { queueWithDeadLetters } from "../constructs/work-queue.ts";
import { isNeeded } from "../functions/features.ts";
import { apiEntries, workerEntries } from "../functions/functions.ts";
import { programEntries } from "../functions/programs.ts";

export interface ApiStackProps extends Omit<FunctionContext, "queues"> {
  readonly stageName: string;
  readonly setAccountLogRole: boolean;
}

/** `finalize` -> `FinalizeQueue`. */
const queueId = (name: QueueName): string => `${name[0]?.toUpperCase()}${name.slice(1)}Queue`;

/** The API with its functions, and the workers with their queues. */
export class ApiStack extends Stack {
  /** Base URL of the API, with its stage. */
  readonly url: string;
  readonly queues: Readonly<Record<QueueName, Queue>>;

  constructor(scope: Construct, id: string, { stageName, setAccountLogRole, ...props }: ApiStackProps) {
    super(scope, id, { description: "Image service: API, functions and workers" });
    const consumers = [
      ...workerEntries().map(([, entry]) => ({ ...entry, queue: entry.access.consumes })),
      ...programEntries().map(([, entry]) => ({ ...entry, queue: entry.access.polls })),
    ];
    this.queues = Object.fromEntries(
      consumers.map(({ queue, visibilitySeconds, attempts }) => [
        queue,
        queueWithDeadLetters(this, queueId(queue), { visibilitySeconds, attempts }),
      ]),
    ) as Record<QueueName, Queue>;
    const context = { ...props, queues: this.queues };

    const api = new RestApi(this, "Rest", {
      functions: Object.fromEntries(
        apiEntries().map(([name]) => [name, new GlanceFunction(this, name, context)]),
      ) as Record<ApiFunction, GlanceFunction>,
      stageName,
      allowedOrigins: props.settings.allowed_origin,
      setAccountLogRole,
    });

    for (const [name, { access, partOf, batchSize, maxConcurrency, gatherSeconds }] of workerEntries())
      feed(new GlanceFunction(this, name, context), this.queues[access.consumes], {
        batchSize,
        maxConcurrency,
        enabled: isNeeded(props.settings, partOf),
        ...(gatherSeconds !== undefined && { maxBatchingWindow: Duration.seconds(gatherSeconds) }),
      });
    this.url = api.url;
    new CfnOutput(this, "ApiUrl", { value: api.url });
  }
}
