import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import type { Clock } from "../../../shared/clock.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { dynamodbOutbox } from "../../../shared/notifications/adapters/dynamodb/outbox.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { outboxContract } from "./outbox.ts";

const onDynamodb = async (clock: Clock, rate: number) => {
  const service = await temporaryDynamodb({ faults: { seed: 5, rate } });
  const { documents } = await sdkOn(service, 6);
  return {
    images: dynamodbImageStore(documents, "images", { clock }),
    outbox: dynamodbOutbox(documents, "images", clock),
  };
};

outboxContract("memory", async (clock) => {
  const { store, outbox } = memoryImageStore(clock);
  return { images: store, outbox };
});
outboxContract("DynamoDB emulator", (clock) => onDynamodb(clock, 0));
outboxContract("DynamoDB emulator on a bad day", (clock) => onDynamodb(clock, 0.1));
