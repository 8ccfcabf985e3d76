import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbCopyRecords } from "../../../shared/images/adapters/dynamodb/copy-records.ts";
import { dynamodbImageLists } from "../../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { dynamodbTaskLists } from "../../../shared/images/adapters/dynamodb/task-lists.ts";
import { dynamodbTaskStore } from "../../../shared/images/adapters/dynamodb/task-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";

/** All stores of one empty table; `rate` of the calls fail, or their answers get lost. */
export const recordsOnDynamodb = async (rate: number) => {
  const service = await temporaryDynamodb({ faults: { seed: 7, rate } });
  const { documents } = await sdkOn(service, 6);
  return {
    ...dynamodbCopyRecords(documents, "images"),
    ...dynamodbImageStore(documents, "images"),
    ...dynamodbImageLists(documents, "images"),
    ...dynamodbTaskStore(documents, "images"),
    ...dynamodbTaskLists(documents, "images"),
  };
};
