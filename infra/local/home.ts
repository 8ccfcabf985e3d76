import { constants } from "node:fs";
import { access, chmod, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { StartFailure } from "../local-aws/start-failure.ts";

/** Where the runtime keeps everything: one folder, for its user only. */
export interface Home {
  readonly directory: string;
  readonly lock: string;
  /** Access keys of the principals. */
  readonly keys: string;
  /** Ports of the last run. */
  readonly ports: string;
  /** Present while the runtime runs: its pid, URLs and control socket. */
  readonly runtime: string;
  readonly assembly: string;
  readonly logs: string;
  readonly dynamodb: string;
  readonly s3: string;
  readonly sqs: string;
  readonly kms: string;
  readonly secrets: string;
  readonly ingress: string;
  readonly events: string;
  /** Volumes of containers. */
  readonly volumes: string;
}

export function homeAt(path: string): Home {
  const directory = resolve(path);
  const below = (name: string): string => join(directory, name);
  return {
    directory,
    lock: below("lock"),
    keys: below("keys.json"),
    ports: below("ports.json"),
    runtime: below("runtime.json"),
    assembly: below("cdk.out"),
    logs: below("log"),
    dynamodb: below("dynamodb"),
    s3: below("s3"),
    sqs: below("sqs"),
    kms: below("kms"),
    secrets: below("secrets"),
    ingress: below("ingress"),
    events: below("events"),
    volumes: below("volumes"),
  };
}

/** The folders that hold state and logs: passwords' hashes, images, tokens' keys, secrets. */
export const foldersOf = ({
  logs,
  dynamodb,
  s3,
  sqs,
  kms,
  secrets,
  ingress,
  events,
}: Home): readonly string[] => [logs, dynamodb, s3, sqs, kms, secrets, ingress, events];

/** Every event of every bus, in order; `.1` behind it is the one before. */
export const eventFileOf = ({ events }: Home): string => join(events, "events.jsonl");

/**
 * Makes a folder with those above it. Node's own recursive mkdir never returns where a parent takes no folder and says
 * ENOENT, as /proc does (seen with Node 24).
 */
async function makeFolder(directory: string): Promise<void> {
  const parent = dirname(directory);
  const isThere = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;
  if (parent !== directory && !(await isThere(parent))) await makeFolder(parent);
  if (!(await isThere(directory))) await mkdir(directory, { mode: 0o700 });
}

/** Makes the folder when it is missing. Throws StartFailure when it is no folder or may not be written. */
export async function prepareHome({ directory }: Home): Promise<void> {
  const existing = await stat(directory).catch(() => undefined);
  if (existing && !existing.isDirectory()) {
    throw new StartFailure(
      `${directory} is not a folder: move it away, or name another folder in GLANCE_HOME`,
    );
  }
  try {
    await makeFolder(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!existing) await chmod(directory, 0o700);
  } catch (error) {
    throw new StartFailure(
      `the folder ${directory} cannot be written (${(error as NodeJS.ErrnoException).code}): ` +
        "make it writable, or name another folder in GLANCE_HOME",
    );
  }
}
