import type {
  CacheMessage,
  ConvertMessage,
  CopyMessage,
  DeletionMessage,
  FetchMessage,
  FinalizeMessage,
  ImportMessage,
  NotifyMessage,
  WorkQueue,
} from "../../shared/aws/work-queue.ts";

/** Messages kept until a test takes them. */
export function memoryWorkQueue() {
  const finalizing: FinalizeMessage[] = [];
  const finalizeDelays: number[] = [];
  const deleting: DeletionMessage[] = [];
  const notifying: NotifyMessage[] = [];
  const reading: FinalizeMessage[] = [];
  const placing: FinalizeMessage[] = [];
  const caching: CacheMessage[] = [];
  const copying: CopyMessage[] = [];
  const importing: ImportMessage[] = [];
  const fetching: FetchMessage[] = [];
  const converting: ConvertMessage[] = [];
  const queue: WorkQueue = {
    finalize: async (message, delaySeconds) => {
      finalizing.push(message);
      finalizeDelays.push(delaySeconds);
    },
    readSource: async (message) => {
      reading.push(message);
    },
    place: async (message) => {
      placing.push(message);
    },
    deleteBytes: async (message) => {
      deleting.push(message);
    },
    copy: async (message) => {
      copying.push(message);
    },
    import: async (message) => {
      importing.push(message);
    },
    fetch: async (message) => {
      fetching.push(message);
    },
    convert: async (message) => {
      converting.push(message);
    },
    notify: async (message) => {
      notifying.push(message);
    },
    cache: async (message) => {
      caching.push(message);
    },
  };
  const taken = { finalizing, finalizeDelays, deleting, notifying, caching, copying, reading, placing };
  return { queue, ...taken, importing, fetching, converting };
}
