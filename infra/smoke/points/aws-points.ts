import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteTableCommand,
  DescribeTableCommand,
  RestoreTableToPointInTimeCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { reportEntries, reportFiles } from "../../../shared/upkeep/adapters/s3-control/completion-report.ts";
import { CHECKSUM_JOBS } from "../../constructs/access-policy.ts";
import { type AwsSide, SMOKE_KEYS } from "../aws-side.ts";
import { RESTORED_PREFIX } from "../clean-tables.ts";
import type { SmokePoint } from "../smoke-point.ts";
import type { World } from "../world.ts";

const sideOf = ({ aws }: World): AwsSide => {
  if (!aws) throw new Error("there are no AWS credentials");
  return aws;
};
const newKey = () => `${SMOKE_KEYS}${randomUUID()}`;

/** The name of the error that a call ends with. */
const ending = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return "done";
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode ?? "no answer"} ${name}`;
  }
};

async function conditionalComplete(world: World): Promise<string> {
  const { s3, bucket: Bucket } = sideOf(world);
  const Key = newKey();
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = { Bucket, Key, UploadId, PartNumber: 1 };
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "one" }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "other" }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  return ending(
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload, IfNoneMatch: "*" })),
  );
}

async function conditionalPut(world: World): Promise<string> {
  const { s3, bucket: Bucket } = sideOf(world);
  const Key = newKey();
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "one" }));
  const IfMatch = '"00000000000000000000000000000000"';
  return ending(s3.send(new PutObjectCommand({ Bucket, Key, Body: "other", IfMatch })));
}

async function tableIdAfterRestore(world: World): Promise<string> {
  const { dynamodb, table } = sideOf(world);
  const idOf = async (TableName: string) =>
    (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  const TargetTableName = `${RESTORED_PREFIX}${randomUUID()}`;
  const source = await idOf(table);
  await dynamodb.send(
    new RestoreTableToPointInTimeCommand({
      SourceTableName: table,
      TargetTableName,
      UseLatestRestorableTime: true,
    }),
  );
  let restored = await idOf(TargetTableName);
  while (restored?.TableStatus !== "ACTIVE") {
    await sleep(15_000);
    restored = await idOf(TargetTableName);
  }
  await dynamodb.send(new DeleteTableCommand({ TableName: TargetTableName }));
  return restored.TableId === source?.TableId ? "the same" : "another one";
}

async function batchReport(world: World): Promise<string | undefined> {
  const { s3, bucket: Bucket } = sideOf(world);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${CHECKSUM_JOBS}/` }));
  const manifest = Contents.findLast(({ Key }) => Key?.endsWith("/manifest.json"))?.Key;
  if (manifest === undefined) return undefined;
  const text = async (Key: string) =>
    (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? "";
  const algorithm = "sha512";
  try {
    const lists = await Promise.all(reportFiles(await text(manifest)).map(text));
    const entries = lists.flatMap((csv) => [...reportEntries(csv, algorithm)]);
    const read = entries.filter((entry) => "checksum" in entry).length;
    return read > 0
      ? `checksums are read (${read} of ${entries.length})`
      : `none is read (${entries.length} lines)`;
  } catch (error) {
    return `not understood (${(error as Error).message})`;
  }
}

/** What only a caller with AWS credentials sees. */
export const awsPoints: readonly SmokePoint[] = [
  {
    name: "conditional-complete",
    assumed: "412 PreconditionFailed",
    needs: "aws",
    see: conditionalComplete,
  },
  { name: "conditional-put", assumed: "412 PreconditionFailed", needs: "aws", see: conditionalPut },
  {
    name: "batch-report",
    assumed: "checksums are read",
    needs: "aws",
    see: batchReport,
    without:
      "there is no report: deploy with audit_deep_engine=s3-batch, run the job auditor-deep, and look again when S3 is done",
  },
  { name: "table-id", assumed: "another one", needs: "restore", see: tableIdAfterRestore },
];
