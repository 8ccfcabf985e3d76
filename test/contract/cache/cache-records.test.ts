import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbCacheRecords } from "../../../shared/cache/adapters/dynamodb/cache-records.ts";
import { memoryCacheRecords } from "../../fakes/cache/memory-cache-records.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { cacheRecordsContract } from "./cache-records.ts";

const onEmulator = (rate: number) => async () => {
  const service = await temporaryDynamodb({ faults: { seed: 3, rate } });
  return dynamodbCacheRecords((await sdkOn(service, 8)).documents, "images");
};

cacheRecordsContract("memory", async () => memoryCacheRecords());
cacheRecordsContract("DynamoDB emulator", onEmulator(0));
cacheRecordsContract("DynamoDB emulator on a bad day", onEmulator(0.1));
