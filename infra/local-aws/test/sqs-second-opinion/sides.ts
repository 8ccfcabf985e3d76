import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { systemClock } from "../../clock.ts";
import { createDispatch } from "../../emulators/json-endpoint/dispatch.ts";
import { startJsonEndpoint } from "../../emulators/json-endpoint.ts";
import { openSqs } from "../../emulators/sqs/open-sqs.ts";
import { createFaults, noFaults } from "../../faults.ts";
import { createJudge } from "../../iam/judge.ts";
import type { Principal } from "../../iam/principal.ts";
import { queueNamed } from "../queue-definition.ts";

const region = "us-east-1";
const caller: Principal = {
  name: "caller",
  arn: "arn:aws:iam::000000000000:role/caller",
  accessKeyId: "ASIACALLER",
  secretAccessKey: "secret",
  statements: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
};
/** After so many receives a message goes to the dead letters. */
export const maxReceiveCount = 2;
const deadOf = (name: string) => `${name}-dead`;

/** One of the two SQS that are compared, through the same client of the SDK. */
export interface Side {
  readonly client: SQSClient;
  /** URL of a queue and of its dead letters, made when first asked for. */
  readonly queue: (name: string) => Promise<{ readonly work: string; readonly dead: string }>;
  close(): Promise<void>;
}

const clientAt = (port: number): SQSClient =>
  new SQSClient({ endpoint: `http://127.0.0.1:${port}`, region, credentials: caller, maxAttempts: 1 });

/** The emulator, behind signatures and IAM; it takes queues from a template only, so they are named beforehand. */
export async function ourSide(directory: string, names: readonly string[]): Promise<Side> {
  const queues = names.flatMap((name) => {
    const dead = queueNamed(deadOf(name));
    return [queueNamed(name, { redrive: { deadLetterArn: dead.arn, maxReceiveCount } }), dead];
  });
  const sqs = await openSqs({ directory, queues, faults: noFaults, clock: systemClock });
  const judge = createJudge([caller], new Map());
  const dispatch = createDispatch({ judge, faultsOf: () => createFaults("sqs", noFaults), onCall: () => {} });
  const endpoint = await startJsonEndpoint(0, { region, clock: systemClock, onError: () => {} });
  endpoint.serve({ services: [sqs], judge, dispatch });
  const client = clientAt(endpoint.port);
  const urlOf = (name: string) => queues.find((queue) => queue.name === name)?.url ?? "";
  return {
    client,
    queue: async (name) => ({ work: urlOf(name), dead: urlOf(deadOf(name)) }),
    close: async () => {
      client.destroy();
      await sqs.close();
      await endpoint.close();
    },
  };
}

/** fauxqs in this process. Its own `startFauxqs` would listen on every address of the machine. */
export async function fauxqsSide(): Promise<Side> {
  const app = buildApp({ logger: false });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = clientAt(Number(new URL(address).port));
  const create = async (QueueName: string, Attributes = {}): Promise<string> =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  return {
    client,
    queue: async (name) => {
      const dead = await create(deadOf(name));
      const deadLetterTargetArn = queueNamed(deadOf(name)).arn;
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
      return { work: await create(name, { RedrivePolicy }), dead };
    },
    close: async () => {
      client.destroy();
      await app.close();
    },
  };
}

export type Sent = Record<string, unknown>;

/** What came of a call: the answer, or the failure's name and status as the SDK has them. */
export async function outcomeOf(call: Promise<object>): Promise<Sent> {
  try {
    const { $metadata, ...answer } = (await call) as Sent;
    return answer;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    // fauxqs names errors in the header `x-amzn-query-error` as well, all with this prefix.
    return { failure: name.replace(/^AWS\.SimpleQueueService\./, ""), status: $metadata?.httpStatusCode };
  }
}
