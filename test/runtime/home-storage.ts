import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { openDynamodb } from "../../infra/local-aws/emulators/dynamodb/open-dynamodb.ts";
import { openStorage, underPrefix } from "../../infra/local-aws/emulators/dynamodb/storage.ts";
import { startS3 } from "../../infra/local-aws/emulators/s3/start-s3.ts";
import { noFaults } from "../../infra/local-aws/faults.ts";
import { imagesTable } from "../../infra/local-aws/test/dynamodb/images-table.ts";
import { operator, region } from "../../infra/local-aws/test/s3/principals-under-test.ts";
import { sdkOn } from "../fakes/documents-on-emulator.ts";
import { storedFiles } from "./stored-files.ts";

/** Works on the bucket of a home, whose runtime is stopped, with all clocks so long ago. */
export async function inBucket<Result>(
  home: string,
  agoMs: number,
  work: (client: S3Client, Bucket: string) => Promise<Result>,
): Promise<Result> {
  const [bucket = ""] = readdirSync(join(home, "s3"));
  const emulator = await startS3({
    directory: join(home, "s3"),
    port: 0,
    region,
    buckets: [{ name: bucket }],
    faults: noFaults,
    judge: { principalOf: () => operator, allows: () => true },
    onCall: () => undefined,
    clock: () => Date.now() - agoMs,
  });
  const client = new S3Client({
    region,
    endpoint: `http://127.0.0.1:${emulator.port}`,
    credentials: operator,
    systemClockOffset: -agoMs,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  try {
    return await work(client, bucket);
  } finally {
    client.destroy();
    await emulator.close();
  }
}

async function tableIn(directory: string): Promise<string> {
  const prefix = "table~";
  const storage = await openStorage(directory);
  try {
    const [first] = await storage.iterator(underPrefix(prefix)).nextv(1);
    if (!first) throw new Error(`no table in ${directory}`);
    return first[0].slice(prefix.length);
  } finally {
    await storage.close();
  }
}

type Documents = Awaited<ReturnType<typeof sdkOn>>["documents"];
export type StoredItem = Record<string, unknown> & { readonly pk: string; readonly sk: string };

/** Works on the table of a home, whose runtime is stopped; called in a test. */
export async function inTable<Result>(
  home: string,
  work: (table: { documents: Documents; TableName: string; items: readonly StoredItem[] }) => Promise<Result>,
): Promise<Result> {
  const directory = join(home, "dynamodb");
  const TableName = await tableIn(directory);
  const emulator = await openDynamodb({
    directory,
    tables: [{ ...imagesTable, name: TableName }],
    faults: noFaults,
  });
  try {
    const { documents } = await sdkOn(emulator);
    const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
    return await work({ documents, TableName, items: Items as StoredItem[] });
  } finally {
    await emulator.close();
  }
}

/** The file in which the emulator keeps an object with these bytes. */
export function fileOf(home: string, data: Uint8Array): string {
  const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
  const sum = md5(data);
  const file = storedFiles(home).find((path) => md5(readFileSync(path)) === sum);
  if (!file) throw new Error("no file has these bytes");
  return file;
}
