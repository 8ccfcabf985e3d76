import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type DynamodbOptions, openDynamodb } from "../../emulators/dynamodb/open-dynamodb.ts";
import { noFaults } from "../../faults.ts";
import { imagesTable } from "./images-table.ts";

/** A new folder that goes away with the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "dynamodb-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** An emulator of its own for one test, with the table `images`. */
export async function temporaryDynamodb(options: Partial<DynamodbOptions> = {}) {
  const directory = options.directory ?? (await temporaryDirectory());
  const dynamodb = await openDynamodb({ tables: [imagesTable], faults: noFaults, ...options, directory });
  onTestFinished(() => dynamodb.close());
  return dynamodb;
}
