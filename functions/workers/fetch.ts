import { randomUUID } from "node:crypto";
import type { FetchMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { safeFetch } from "../../shared/fetch/safe-fetch.ts";
import { digestsOnThreads } from "../../shared/hashing/digests-on-threads.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { dynamodbFetchTurns } from "../../shared/images/adapters/dynamodb/fetch-turns.ts";
import { dynamodbTaskStore } from "../../shared/images/adapters/dynamodb/task-store.ts";
import { httpImportSource } from "../../shared/images/adapters/http/import-source.ts";
import { remoteGlance } from "../../shared/images/adapters/http/remote-glance.ts";
import { attendFetch } from "../../shared/images/operations/imports/attend-fetch.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { copyTargets } from "../wiring/copy-targets.ts";
import { copyingStore, usageStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { table } from "../wiring/table.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();

/** A worker has time: a host that is slow to begin is waited for. */
const bounds = {
  maxRedirects: 5,
  maxHeaderBytes: 16 * 1024,
  firstByteMs: 30_000,
  idleMs: 20_000,
  connectionsPerHost: settings.import_connections,
};

const { fetch } = safeFetch({ ...settings, ...bounds });
const keystone = { authUrl: settings.keystone_auth_url, timeoutSeconds: settings.keystone_timeout, clock };

const attend = attendFetch({
  images: copyingStore(settings, queue),
  tasks: dynamodbTaskStore(...table()),
  turns: dynamodbFetchTurns(...table()),
  stores: copyTargets(),
  source: httpImportSource({ fetch }, settings),
  ...(keystone.authUrl !== "" && { remote: remoteGlance({ ask: askKeystone(keystone), fetch }, settings) }),
  limits: limits(settings),
  usage: usageStore(),
  queue,
  clock,
  newId: randomUUID,
  startDigests: digestsOnThreads,
  settings,
});

export const handler = inRuns<FetchMessage>({
  log: createLogger("fetch"),
  subject: ({ taskId }) => ({ task_id: taskId }),
  handle: attend,
  postpone: postponeIn("fetch"),
  handOverMs: 100_000,
});
