import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { DeletionMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { deleteBytes } from "../../shared/images/operations/bytes/delete-bytes.ts";
import { imageStore } from "../wiring/image-ports.ts";
import { mountedStores } from "../wiring/mounted-stores.ts";
import { postponeIn } from "../wiring/work-queue.ts";
import { eachMessage, type MessageWork } from "./each-message.ts";

const deletion = deleteBytes({ images: imageStore(), stores: mountedStores(), clock });
const work: MessageWork<DeletionMessage> = {
  log: createLogger("delete"),
  subject: ({ deletionId }) => ({ deletion_id: deletionId }),
  handle: async ({ deletionId }, explain) => {
    const result = await deletion(deletionId, explain);
    // It may be this message's own run before, whose store failed: looked at again when the claim is over.
    if (result === "in other hands") throw new Error("the deletion is in other hands: it is looked at again");
    return result;
  },
  postpone: postponeIn("delete"),
  // A whole batch: ten waits for a store that is silent, one after another, would be longer than a run.
  atOnce: 10,
};

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => eachMessage(event, work);
