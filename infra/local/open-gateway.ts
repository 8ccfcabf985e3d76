import type { Lambda } from "../local-aws/functions/lambda.ts";
import { type Gateway, startGateway } from "../local-aws/gateway/gateway.ts";
import type { LogFile } from "../local-aws/log-file.ts";
import { ifFree } from "../local-aws/loopback.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import type { RestApiDefinition } from "../local-aws/template/rest-api.ts";
import type { StartOptions } from "./start-options.ts";

/** How many ports after GLANCE_PORT are tried before any free one is taken. */
const nearbyPorts = 20;

const taken = (port: number): StartFailure =>
  new StartFailure(`port ${port} on 127.0.0.1 is taken: stop what listens there, or change GLANCE_API_PORT`);

/** Throws StartFailure when the port asked for by GLANCE_API_PORT is taken already. */
export async function checkApiPort({ apiPort }: StartOptions): Promise<void> {
  if (apiPort !== undefined && (await ifFree(apiPort)) !== apiPort) throw taken(apiPort);
}

/** Starts the gateway at GLANCE_API_PORT, else at the port of the last run, else at the next free one. */
export async function openGateway(
  { port, apiPort }: StartOptions,
  api: RestApiDefinition,
  lambda: Lambda,
  log: LogFile,
  remembered: number | undefined,
  onError: (error: unknown) => void,
): Promise<Gateway> {
  const nearby = Array.from({ length: nearbyPorts }, (_, index) => port + 1 + index).filter(
    (one) => one < 65_536,
  );
  const gateway = await startGateway(
    { api, poolOf: lambda.poolOf, onAnswer: (line) => log.write(`${JSON.stringify(line)}\n`), onError },
    apiPort !== undefined ? [apiPort] : [...(remembered ? [remembered] : []), ...nearby, 0],
  );
  if (!gateway) throw taken(apiPort ?? port);
  return gateway;
}
