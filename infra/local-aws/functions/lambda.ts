import { join } from "node:path";
import type { Advice } from "../advice.ts";
import type { Judge, Principal } from "../iam/principal.ts";
import { LogFile } from "../log-file.ts";
import type { FunctionDefinition } from "../template/functions.ts";
import { type Endpoints, functionEnvironment } from "./environment.ts";
import { FunctionPool } from "./function-pool.ts";
import { type MountFolders, mountJudge, withMounts } from "./mounts.ts";

export interface LambdaOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly principalOf: (definition: FunctionDefinition) => Principal;
  readonly endpoints: Endpoints;
  /** For functions that mount file systems. */
  readonly folders?: MountFolders;
  /** Asked whether they may. */
  readonly judge: Pick<Judge, "allows">;
  /** Folder of the functions' logs. */
  readonly logs: string;
  readonly advice?: Advice;
}

export interface Lambda {
  /** Throws for an ARN that is no function's. */
  poolOf(functionArn: string): FunctionPool;
  close(): Promise<void>;
}

/** All functions of the app. No instance is started before its first event. */
export function createLambda(options: LambdaOptions): Lambda {
  const { functions, principalOf, endpoints, folders = new Map(), judge, logs, advice } = options;
  const running = new Map(
    functions.map((definition) => {
      const log = new LogFile(join(logs, `${definition.name}.log`), advice);
      const principal = principalOf(definition);
      const variables = withMounts(definition, folders, mountJudge(judge, principal));
      const environment = functionEnvironment(
        { ...definition, environment: variables },
        principal,
        endpoints,
      );
      const pool = new FunctionPool({ definition, environment, onOutput: (line) => log.write(line) });
      return [definition.arn, { pool, log }] as const;
    }),
  );
  return {
    poolOf: (functionArn) => {
      const found = running.get(functionArn);
      if (!found) throw new Error(`there is no function ${functionArn}`);
      return found.pool;
    },
    close: async () => {
      await Promise.all([...running.values()].map(({ pool }) => pool.close()));
      await Promise.all([...running.values()].map(({ log }) => log.close()));
    },
  };
}
