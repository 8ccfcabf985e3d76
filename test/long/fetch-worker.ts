import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { operator, region } from "../../infra/local-aws/test/s3/principals-under-test.ts";
import { documentsOn } from "../../shared/aws/document-client.ts";
import type { FetchMessage, WorkQueue } from "../../shared/aws/work-queue.ts";
import { safeFetch } from "../../shared/fetch/safe-fetch.ts";
import { digestsOnThreads } from "../../shared/hashing/digests-on-threads.ts";
import { dynamodbCopyRecords } from "../../shared/images/adapters/dynamodb/copy-records.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import { dynamodbTaskStore } from "../../shared/images/adapters/dynamodb/task-store.ts";
import { httpImportSource } from "../../shared/images/adapters/http/import-source.ts";
import { s3CopyTarget } from "../../shared/images/adapters/s3/copy-target.ts";
import { noUsage } from "../../shared/images/domain/usage.ts";
import { attendFetch } from "../../shared/images/operations/imports/attend-fetch.ts";
import { attendImport } from "../../shared/images/operations/imports/attend-import.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { storesByName } from "../../shared/images/ports/stores.ts";
import { readSettings } from "../../shared/settings.ts";
import { memoryFetchTurns } from "../fakes/images/memory-fetch-turns.ts";
import { memorySigningCertificates } from "../fakes/images/memory-signing-certificates.ts";
import { memoryWorkQueue } from "../fakes/memory-work-queue.ts";

/** What the test that starts this program says to it. */
export interface FetchOrder {
  readonly s3: string;
  readonly dynamodb: string;
  readonly taskId: string;
  /** Above this several runs fetch at once. */
  readonly fanOutBytes: number;
  readonly runMs: number;
  /** How far its clock is ahead: a killed run's hold is over for it. */
  readonly aheadMs: number;
  /** Messages that no run has handled to its end: a queue delivers them again when a run is killed. */
  readonly waiting: readonly FetchMessage[];
}

const { s3, dynamodb, taskId, fanOutBytes, runMs, aheadMs, waiting } = JSON.parse(
  process.argv[2] ?? "",
) as FetchOrder;
/** Lines that the test counts, and kills by. */
const say = (what: string, bytes = 0) => process.stdout.write(`${what} ${bytes}\n`);

const client = new S3Client({
  ...{ region, endpoint: s3, credentials: operator },
  requestChecksumCalculation: "WHEN_REQUIRED",
});
const documents = documentsOn(new DynamoDBClient({ region, endpoint: dynamodb, credentials: operator }));
const target = s3CopyTarget(client, "images", { service: "emulator" });
const { sendPart, read } = target;
target.sendPart = (key, uploadId, number, bytes) => {
  say("sent", bytes.length);
  return sendPart(key, uploadId, number, bytes);
};
target.read = (key, offset, length) => {
  say("read", length);
  return read(key, offset, length);
};
const settings = {
  ...readSettings({}),
  ...{ import_fan_out_size: fanOutBytes, import_allowed_networks: ["127.0.0.1/32"], allowed_ports: [] },
};
const bounds = { maxRedirects: 5, maxHeaderBytes: 16 * 1024, firstByteMs: 30_000, idleMs: 20_000 };
const { queue, importing, fetching } = memoryWorkQueue();
fetching.push(...waiting);
const tell = (what: "queued" | "handled", message: FetchMessage) =>
  process.stdout.write(`${what} ${JSON.stringify(message)}\n`);
const { fetch } = queue;
const kept: WorkQueue = {
  ...queue,
  fetch: async (message, delaySeconds) => {
    tell("queued", message);
    await fetch(message, delaySeconds);
  },
};
const limits = { of: async () => ({}) };
const usage = { read: async () => noUsage };
const ports = {
  images: dynamodbImageStore(documents, "images", { countsUsage: false }),
  tasks: dynamodbTaskStore(documents, "images"),
  copyRecords: dynamodbCopyRecords(documents, "images"),
  stores: storesByName(new Map([["fast", target]])),
  configured: configuredStores(settings),
  certificates: memorySigningCertificates().certificates,
  source: httpImportSource(safeFetch({ ...settings, ...bounds, connectionsPerHost: 4 }), settings),
  turns: memoryFetchTurns(),
  fence: { whyClosed: async () => undefined },
  clock: () => new Date(Date.now() + aheadMs),
  plugins: new Map(),
  ...{ limits, usage, queue: kept, newId: randomUUID, settings, pieceBytes: fanOutBytes / 4 },
  startDigests: digestsOnThreads,
};

/** Runs hand over to each other as functions do, whose time is bounded. */
const inTime = () => {
  const until = Date.now() + runMs;
  return () => Date.now() < until;
};
importing.push({ taskId });
while (importing.length + fetching.length > 0) {
  for (const message of importing.splice(0))
    say(`import:${(await attendImport(ports)(message, inTime())).replaceAll(" ", "-")}`);
  await Promise.all(
    fetching.splice(0, 2).map(async (message) => {
      say(`fetch:${(await attendFetch(ports)(message, inTime())).replaceAll(" ", "-")}`);
      tell("handled", message);
    }),
  );
}
say("cpu", Math.round(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000));
say("memory", process.resourceUsage().maxRSS * 1024);
say("over");
client.destroy();
process.exit();
