import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { operator, region } from "../../infra/local-aws/test/s3/principals-under-test.ts";
import { documentsOn } from "../../shared/aws/document-client.ts";
import { dynamodbCopyRecords } from "../../shared/images/adapters/dynamodb/copy-records.ts";
import { dynamodbFindings } from "../../shared/images/adapters/dynamodb/findings.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import { s3CopyTarget } from "../../shared/images/adapters/s3/copy-target.ts";
import { attendCopies } from "../../shared/images/operations/copies/attend-copies.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { storesByName } from "../../shared/images/ports/stores.ts";
import { parseStores } from "../../shared/settings/stores/parse-stores.ts";
import { memoryWorkQueue } from "../fakes/memory-work-queue.ts";

/** What the test that starts this program says to it. */
export interface CopyOrder {
  readonly s3: string;
  readonly dynamodb: string;
  readonly imageId: string;
  readonly partBytes: number;
  /** How far its clock is ahead: a killed run's hold is over for it. */
  readonly aheadMs: number;
}

const { s3, dynamodb, imageId, partBytes, aheadMs } = JSON.parse(process.argv[2] ?? "") as CopyOrder;
/** Lines that the test counts, and kills by. */
const say = (what: string, bytes = 0) => process.stdout.write(`${what} ${bytes}\n`);

const client = new S3Client({ region, endpoint: s3, credentials: operator });
const documents = documentsOn(new DynamoDBClient({ region, endpoint: dynamodb, credentials: operator }));
const service = "emulator";
const target = s3CopyTarget(client, "cache", { service });
const stores = storesByName(
  new Map([
    ["fast", s3CopyTarget(client, "images", { service })],
    [
      "cheap",
      Object.assign(target, {
        copyPart: ((copyPart) => async (source, part, range) => {
          say("copy", range.length);
          return copyPart(source, part, range);
        })(target.copyPart) satisfies typeof target.copyPart,
        read: ((read) => async (key, offset, length) => {
          say("read", length);
          return read(key, offset, length);
        })(target.read) satisfies typeof target.read,
      }),
    ],
  ]),
);
const settings = { copies: "cheap:1" };
const attend = attendCopies({
  images: dynamodbImageStore(documents, "images", { countsUsage: false }),
  copyRecords: dynamodbCopyRecords(documents, "images"),
  findings: dynamodbFindings(documents, "images", []),
  stores,
  fence: { whyClosed: async () => undefined },
  queue: memoryWorkQueue().queue,
  configured: configuredStores({
    enabled_backends: parseStores("fast:s3,cheap:s3"),
    default_backend: "fast",
  }),
  clock: () => new Date(Date.now() + aheadMs),
  newId: randomUUID,
  partBytes,
  settings,
});
for (let result = "continues"; result === "continues"; ) {
  // Runs hand over to each other as functions do, whose time is bounded.
  const until = Date.now() + 2000;
  result = await attend({ imageId }, () => Date.now() < until);
  say(result.replaceAll(" ", "-"));
}
client.destroy();
