import type { Emulators } from "../emulators/open-emulators.ts";
import type { Principal } from "../iam/principal.ts";
import type { Deployment } from "../template/deployment.ts";
import { startEventSource } from "./event-source.ts";
import type { Lambda } from "./lambda.ts";

/** Lets every queue of the app call its function; answers how to stop that. */
export function startEventSources(
  { eventSources, queues }: Deployment,
  { dispatch, sqs }: Emulators,
  lambda: Lambda,
  principalNamed: (name: string) => Principal,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const sources = eventSources.map((source) => {
    const pool = lambda.poolOf(source.functionArn);
    const queue = queues.find(({ arn }) => arn === source.queueArn);
    if (!queue) throw new Error(`there is no queue ${source.queueArn}`);
    return startEventSource({
      source,
      pool,
      queue,
      principal: principalNamed(pool.definition.name),
      sqs,
      dispatch,
      onError,
    });
  });
  return async () => {
    const stopped = sources.map((source) => source.stop());
    // Ends the long polls; what a function still works on is broken off with its instance and comes again.
    await sqs.close();
    await lambda.close();
    await Promise.all(stopped);
  };
}
