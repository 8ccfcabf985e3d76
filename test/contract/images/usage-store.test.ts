import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { dynamodbUsageStore } from "../../../shared/images/adapters/dynamodb/usage-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { usageStoreContract } from "./usage-store.ts";

const onDynamodb = async (rate: number) => {
  const service = await temporaryDynamodb({ faults: { seed: 7, rate } });
  const { documents } = await sdkOn(service, 6);
  return {
    images: dynamodbImageStore(documents, "images", { countsUsage: true }),
    uncounted: dynamodbImageStore(documents, "images"),
    usage: dynamodbUsageStore(documents, "images"),
  };
};

usageStoreContract(
  "memory",
  async () => {
    const { store, uncounted, usage } = memoryImageStore();
    return { images: store, uncounted, usage };
  },
  50,
);
usageStoreContract("DynamoDB emulator", () => onDynamodb(0), 50);
usageStoreContract("DynamoDB emulator that refuses conflicts", () => onDynamodb(1e-9), 50);
usageStoreContract("DynamoDB emulator on a bad day", () => onDynamodb(0.1), 50);
