import type { Advice } from "../advice.ts";
import { systemClock } from "../clock.ts";
import { createFaults, type FaultPlan } from "../faults.ts";
import { createJudge } from "../iam/judge.ts";
import type { Call, Judge, Principal, Statement } from "../iam/principal.ts";
import type { Deployment } from "../template/deployment.ts";
import { pseudoParameters } from "../template/pseudo-parameters.ts";
import { openDynamodb } from "./dynamodb/open-dynamodb.ts";
import type { TransactionKeys } from "./dynamodb/transaction-keys.ts";
import { openEventbridge } from "./eventbridge/open-eventbridge.ts";
import { createDispatch, type Dispatch } from "./json-endpoint/dispatch.ts";
import type { JsonService } from "./json-service.ts";
import { openKms } from "./kms/open-kms.ts";
import { startS3InWorker } from "./s3/start-in-worker.ts";
import { openSecretsManager } from "./secrets-manager/open-secrets-manager.ts";
import { openSqs, type SqsService } from "./sqs/open-sqs.ts";

/** One folder a service, where it keeps what it stores. */
export interface EmulatorFolders {
  readonly dynamodb: string;
  readonly s3: string;
  readonly sqs: string;
  readonly kms: string;
  readonly secrets: string;
}

export interface EmulatorOptions {
  readonly deployment: Deployment;
  readonly principals: readonly Principal[];
  readonly folders: EmulatorFolders;
  /** Where every event of every bus is written. */
  readonly events: string;
  readonly faults: FaultPlan;
  readonly transactionKeys: TransactionKeys;
  /** 0: any free port. */
  readonly s3Port: number;
  readonly advice?: Advice;
  readonly onCall: (call: Call) => void;
  readonly onFatal: (error: Error) => void;
}

export interface Emulators {
  readonly judge: Judge;
  readonly dispatch: Dispatch;
  readonly sqs: SqsService;
  /** Those behind the JSON endpoint. */
  readonly services: readonly JsonService[];
  readonly s3Port: number;
  close(): Promise<void>;
}

/** Opens the services of the deployment on these folders. What was opened is closed again when one fails. */
export async function openEmulators(options: EmulatorOptions): Promise<Emulators> {
  const {
    deployment,
    principals,
    folders,
    events: eventFile,
    faults,
    transactionKeys,
    s3Port,
    advice = {},
    onCall,
    onFatal,
  } = options;
  await using opened = new AsyncDisposableStack();
  const adopt = <Service extends { close(): Promise<void> }>(service: Service): Service =>
    opened.adopt(service, (one) => one.close());

  const judge = createJudge(principals, deployment.resourceStatements);
  const units = new WeakMap<object, Pick<Call, "readUnits" | "writeUnits">>();
  const dynamodb = adopt(
    await openDynamodb({
      directory: folders.dynamodb,
      tables: deployment.tables,
      faults,
      transactionKeys,
      advice,
      onUnits: ({ input, readUnits, writeUnits }) => units.set(input, { readUnits, writeUnits }),
    }),
  );
  const sqs = adopt(
    await openSqs({ directory: folders.sqs, queues: deployment.queues, faults, clock: systemClock, advice }),
  );
  const kms = adopt(await openKms({ directory: folders.kms, keys: deployment.keys }));
  const secrets = adopt(openSecretsManager({ directory: folders.secrets, secrets: deployment.secrets }));
  const events = adopt(
    await openEventbridge({
      file: eventFile,
      buses: deployment.eventBuses,
      faults,
      clock: systemClock,
    }),
  );
  const services = [dynamodb, sqs, kms, secrets, events];

  const faultsByService = new Map(
    services.map((service) => [service, createFaults(service.signingName, faults)]),
  );
  const dispatch = createDispatch({
    judge,
    onCall,
    faultsOf: (service) => faultsByService.get(service) ?? createFaults(service.signingName, faults),
    unitsOf: (input) => units.get(input),
  });

  const s3 = adopt(
    await startS3InWorker(
      {
        directory: folders.s3,
        port: s3Port,
        region: pseudoParameters.region,
        buckets: deployment.buckets,
        faults,
        advice,
        principals,
        bucketPolicies: bucketPolicies(deployment),
      },
      onCall,
      onFatal,
    ),
  );
  const moved = opened.move();
  return { judge, dispatch, sqs, services, s3Port: s3.port, close: () => moved.disposeAsync() };
}

const bucketPolicies = ({ buckets, resourceStatements }: Deployment): Record<string, readonly Statement[]> =>
  Object.fromEntries(buckets.map(({ name, arn }) => [name, resourceStatements.get(arn) ?? []]));
