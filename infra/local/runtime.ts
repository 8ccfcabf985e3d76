import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSettings } from "../../shared/settings.ts";
import { createCallLog } from "../local-aws/call-log.ts";
import { systemClock } from "../local-aws/clock.ts";
import { startContainers } from "../local-aws/containers/start-containers.ts";
import { startJsonEndpoint } from "../local-aws/emulators/json-endpoint.ts";
import { type Emulators, openEmulators } from "../local-aws/emulators/open-emulators.ts";
import { reportFullDisk } from "../local-aws/full-disk.ts";
import { startEventSources } from "../local-aws/functions/event-sources.ts";
import { asynchronously } from "../local-aws/functions/invoke-asynchronously.ts";
import { createLambda } from "../local-aws/functions/lambda.ts";
import {
  deploymentPrincipals,
  operatorName,
  principalNameOf,
} from "../local-aws/iam/deployment-principals.ts";
import type { Principal } from "../local-aws/iam/principal.ts";
import { createPrincipals } from "../local-aws/iam/principals.ts";
import { LogFile } from "../local-aws/log-file.ts";
import { holdPort, ifFree } from "../local-aws/loopback.ts";
import { replaceFile } from "../local-aws/replace-file.ts";
import { type Scheduler, startScheduler } from "../local-aws/schedules/scheduler.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import { readAssembly } from "../local-aws/template/assembly.ts";
import { type Deployment, readDeployment } from "../local-aws/template/deployment.ts";
import { pseudoParameters } from "../local-aws/template/pseudo-parameters.ts";
import { glanceAdvice as advice } from "./advice.ts";
import { removeClouds, writeClouds } from "./clouds.ts";
import { controlPath, startControl } from "./control-socket.ts";
import { eventFileOf, foldersOf, type Home } from "./home.ts";
import { startIngressProcess } from "./ingress-process.ts";
import { checkKeystone } from "./keystone-login.ts";
import { makeFolders } from "./local-folder.ts";
import { checkApiPort, openGateway } from "./open-gateway.ts";
import { identify } from "./process-identity.ts";
import { putSecrets } from "./put-secrets.ts";
import { readPorts, rememberPorts } from "./remembered-ports.ts";
import type { RunningRuntime } from "./runtime-file.ts";
import { operatorStatements, seedUsers } from "./seed.ts";
import type { StartOptions } from "./start-options.ts";
import { synthesise } from "./synthesis.ts";

export interface RuntimeOptions extends StartOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A prepared and locked home. */
  readonly locked: Home;
  /** Aborted when the start is to be given up. */
  readonly signal: AbortSignal;
  /** Told when a part died that the runtime cannot do without. */
  readonly onFatal: (error: Error) => void;
}

export interface Runtime {
  readonly running: RunningRuntime;
  /** Stops accepting, then everything that was started, in the reverse order. */
  stop(): Promise<void>;
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** Starts everything, in the order in which one part needs the other; a failure stops what was started. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { locked: home, port, signal, onFatal, keystone, identity } = options;
  const held = await holdPort(port);
  if (!held)
    throw new StartFailure(`port ${port} on 127.0.0.1 is taken: stop what listens there, or set GLANCE_PORT`);
  await using started = new AsyncDisposableStack();
  started.defer(held.release);
  const ports = readPorts(home.ports);
  await checkApiPort(options);
  if (keystone) await checkKeystone(keystone);
  await makeFolders(options.folders, home.directory);
  for (const folder of foldersOf(home)) await mkdir(folder, { recursive: true, mode: 0o700 });
  const openLog = (name: string) =>
    started.adopt(new LogFile(join(home.logs, `${name}.log`), advice), (log) => log.close());
  const log = openLog("runtime");
  const onError = (error: unknown) => {
    reportFullDisk(error, home.directory, advice);
    log.write(
      `${JSON.stringify({ at: new Date().toISOString(), error: String((error as Error)?.stack ?? error) })}\n`,
    );
  };
  const onCall = createCallLog(openLog("aws-calls"));

  const endpoint = started.adopt(
    await startJsonEndpoint(ports.json ?? 0, {
      region: pseudoParameters.region,
      clock: systemClock,
      onError,
    }),
    (one) => one.close(),
  );
  await synthesise(home.assembly, options.environment, signal);
  const deployment = readDeployment(readAssembly(home.assembly), local(endpoint.port));
  const table = only(deployment.tables, "table");
  const api = deployment.restApi ?? missing("REST API");

  const principals = await createPrincipals(
    deploymentPrincipals(
      deployment,
      operatorStatements(
        table.arn,
        deployment.buckets.map(({ arn }) => arn),
      ),
    ),
    home.keys,
  );
  const principalNamed = (name: string): Principal =>
    principals.find((principal) => principal.name === name) ?? missing(`principal ${name}`);
  const emulators = started.adopt(
    await openEmulators({
      deployment,
      principals,
      folders: home,
      events: eventFileOf(home),
      faults: options.faults,
      transactionKeys: options.transactionKeys,
      s3Port: await ifFree(ports.s3 ?? 0),
      advice,
      onCall,
      onFatal,
    }),
    (one) => one.close(),
  );
  endpoint.serve(emulators);
  signal.throwIfAborted();
  await putSecrets(home.secrets, deployment, options);
  if (!identity) await seedUsers(principalNamed(operatorName), table.name, local(endpoint.port));

  const lambda = started.adopt(
    createLambda({
      functions: deployment.functions,
      principalOf: (definition) => principalNamed(principalNameOf.function(definition)),
      endpoints: { s3: local(emulators.s3Port), json: local(endpoint.port) },
      folders: options.folders,
      judge: emulators.judge,
      logs: home.logs,
      advice,
    }),
    (one) => one.close(),
  );
  started.defer(startEventSources(deployment, emulators, lambda, principalNamed, onError));
  started.defer(
    startContainers({
      containers: deployment.containers,
      principalOf: (definition) => principalNamed(principalNameOf.container(definition)),
      endpoints: { s3: local(emulators.s3Port), json: local(endpoint.port) },
      volumes: home.volumes,
      logs: home.logs,
      advice,
    }),
  );
  const stopping = started.adopt(new AbortController(), (one) => one.abort());
  const scheduler = started.adopt(
    startScheduler({
      jobs: deployment.schedules.map((schedule) => ({
        schedule,
        pool: lambda.poolOf(schedule.functionArn),
        principal: principalNamed(principalNameOf.schedule(schedule)),
      })),
      judge: emulators.judge,
      clock: systemClock,
      invokeLater: asynchronously({
        configs: deployment.asyncConfigs,
        clock: systemClock,
        send: sendTo(deployment.queues, emulators, principalNamed),
        onError,
        pause: (milliseconds) =>
          sleep(milliseconds, true, { signal: stopping.signal, ref: false }).catch(() => false),
      }),
      onFailure: (job, reason) => onError(`job ${job}: ${reason}`),
    }),
    (one) => one.stop(),
  );
  const gateway = started.adopt(
    await openGateway(options, api, lambda, openLog("gateway"), ports.gateway, onError),
    (one) => one.close(),
  );
  await rememberPorts(home.ports, { gateway: gateway.port, s3: emulators.s3Port, json: endpoint.port });

  const ingressLog = openLog("ingress");
  await held.release();
  signal.throwIfAborted();
  const stage = `${local(gateway.port)}/${api.stage}`;
  started.adopt(
    await startIngressProcess({
      port,
      endpoint: stage,
      journal: home.ingress,
      allowedOrigins: readSettings(options.environment).allowed_origin,
      log: ingressLog,
      onGivenUp: onFatal,
    }),
    (one) => one.stop(),
  );
  // Another's users are not ours to describe, and those of an earlier run without it are unknown there.
  if (identity) await removeClouds(home.directory);
  else await writeClouds(home.directory, local(port));
  const running: RunningRuntime = {
    ...identify(process.pid),
    control: controlPath(home.directory),
    url: local(port),
    gateway: stage,
    s3: local(emulators.s3Port),
    json: local(endpoint.port),
    events: eventFileOf(home),
  };
  started.defer(await announce(home, running, scheduler));
  const all = started.move();
  return { running, stop: () => all.disposeAsync() };
}

/** Opens the control socket and writes `runtime.json`; answers how to take both back. */
async function announce(
  home: Home,
  running: RunningRuntime,
  scheduler: Scheduler,
): Promise<() => Promise<void>> {
  const control = await startControl(running.control, scheduler);
  await replaceFile(home.runtime, `${JSON.stringify(running, null, 2)}\n`);
  return async () => {
    await rm(home.runtime, { force: true });
    await control.close();
  };
}

/** Sends a message as the function of this name. */
const sendTo =
  (queues: Deployment["queues"], { dispatch, sqs }: Emulators, principalNamed: (name: string) => Principal) =>
  async (functionName: string, queueArn: string, MessageBody: string) => {
    const QueueUrl = queues.find(({ arn }) => arn === queueArn)?.url ?? missing(`queue ${queueArn}`);
    return dispatch(principalNamed(functionName), sqs, "SendMessage", { QueueUrl, MessageBody });
  };

function only<Element>(elements: readonly Element[], what: string): Element {
  const [element, ...others] = elements;
  if (element === undefined || others.length > 0)
    throw new Error(`the app should have one ${what}, not ${elements.length}`);
  return element;
}

function missing(what: string): never {
  throw new Error(`there is no ${what}`);
}
