import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AwsFailure } from "../../infra/local-aws/emulators/aws-failure.ts";
import { openDynamodb } from "../../infra/local-aws/emulators/dynamodb/open-dynamodb.ts";
import { noFaults } from "../../infra/local-aws/faults.ts";
import { imagesTable } from "../../infra/local-aws/test/dynamodb/images-table.ts";
import { documentsOn } from "../../shared/aws/document-client.ts";

export interface Units {
  read: number;
  write: number;
}

const textOf = (body: string | Uint8Array): string =>
  typeof body === "string" ? body : new TextDecoder().decode(body);

/**
 * The emulated table on a folder of its own, and the real SDK on it without a network between them: what is
 * measured is our work and the emulator's. Counts the documented capacity units.
 */
export async function inProcessTable() {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const units: Units = { read: 0, write: 0 };
  const service = await openDynamodb({
    directory,
    tables: [imagesTable],
    faults: noFaults,
    onUnits: ({ readUnits, writeUnits }) => {
      units.read += readUnits;
      units.write += writeUnits;
    },
  });
  const answer = async (operation: string, input: Record<string, unknown>) => {
    try {
      service.accessOf(operation, input);
      return { statusCode: 200, body: await service.handle(operation, input) };
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      const __type = `com.amazonaws.dynamodb.v20120810#${error.code}`;
      return { statusCode: error.status, body: { __type, message: error.message, ...error.fields } };
    }
  };
  const client = new DynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body: string | Uint8Array }) => {
        const operation = String(request.headers["x-amz-target"]).slice(service.targetPrefix.length + 1);
        const { statusCode, body } = await answer(operation, JSON.parse(textOf(request.body)));
        const headers = { "content-type": "application/x-amz-json-1.0" };
        return {
          response: { statusCode, headers, body: Readable.from([Buffer.from(JSON.stringify(body))]) },
        };
      },
    } as never,
  });
  return {
    documents: documentsOn(client),
    units,
    close: async () => {
      client.destroy();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
