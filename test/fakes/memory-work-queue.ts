import type {
  DeletionMessage,
  FinalizeMessage,
  NotifyMessage,
  WorkQueue,
} from "../../shared/ports/work-queue.ts";

/** Messages kept until a test takes them. */
export function memoryWorkQueue() {
  const finalizing: FinalizeMessage[] = [];
  const removing: DeletionMessage[] = [];
  const notifying: NotifyMessage[] = [];
  const queue: WorkQueue = {
    finalize: async (message) => {
      finalizing.push(message);
    },
    remove: async (message) => {
      removing.push(message);
    },
    notify: async (message) => {
      notifying.push(message);
    },
  };
  return { queue, finalizing, removing, notifying };
}
