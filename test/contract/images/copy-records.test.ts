import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { copyRecordsContract } from "./copy-records.ts";
import { recordsOnDynamodb } from "./records-on-dynamodb.ts";

const onDynamodb = async (rate: number) => {
  const records = await recordsOnDynamodb(rate);
  return { store: records, copies: records };
};

copyRecordsContract("memory", async () => {
  const { store, copyRecords: copies } = memoryImageStore();
  return { store, copies };
});
copyRecordsContract("DynamoDB emulator", () => onDynamodb(0));
copyRecordsContract("DynamoDB emulator on a bad day", () => onDynamodb(0.1));
