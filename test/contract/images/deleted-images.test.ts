import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbDeletedImages } from "../../../shared/images/adapters/dynamodb/deleted-images.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { deletedImagesContract } from "./deleted-images.ts";

const onDynamodb = async (rate: number) => {
  const { documents } = await sdkOn(await temporaryDynamodb({ faults: { seed: 7, rate } }), 6);
  return {
    store: dynamodbImageStore(documents, "images"),
    deletedImages: dynamodbDeletedImages(documents, "images"),
  };
};

deletedImagesContract("memory", async () => memoryImageStore());
deletedImagesContract("DynamoDB emulator", () => onDynamodb(0));
deletedImagesContract("DynamoDB emulator on a bad day", () => onDynamodb(0.1));
