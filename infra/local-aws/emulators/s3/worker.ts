import { parentPort, workerData } from "node:worker_threads";
import { createJudge } from "../../iam/judge.ts";
import { bucketArn } from "./call.ts";
import type { S3WorkerMessage, S3WorkerSettings } from "./start-in-worker.ts";
import { startS3 } from "./start-s3.ts";

const { principals, bucketPolicies, ...settings } = workerData as S3WorkerSettings;
const tell = (message: S3WorkerMessage) => parentPort?.postMessage(message);

const policies = new Map(
  Object.entries(bucketPolicies).map(([bucket, statements]) => [bucketArn(bucket), statements]),
);
const emulator = await startS3({
  ...settings,
  judge: createJudge(principals, policies),
  onCall: (call) => tell({ type: "call", call }),
});
parentPort?.once("message", async () => {
  await emulator.close();
  parentPort?.close();
});
tell({ type: "ready", port: emulator.port });
