export interface FinalizeMessage {
  readonly imageId: string;
  readonly transferId: string;
}

export interface DeletionMessage {
  readonly deletionId: string;
}

export interface NotifyMessage {
  /** The id of what notifications tell of: an image, a namespace. */
  readonly subject: string;
}

export interface CacheMessage {
  readonly imageId: string;
}

export interface CopyMessage {
  readonly imageId: string;
}

export interface ImportMessage {
  readonly taskId: string;
}

/** To fetch an import's data from its host: all of it, or the parts of these numbers, both included. */
export interface FetchMessage {
  readonly taskId: string;
  readonly parts?: { readonly from: number; readonly to: number };
  /** The login that data at another Glance is read with: it is kept nowhere but here. */
  readonly token?: string;
  /** How many runs in a row have stored nothing of it. */
  readonly emptyRuns?: number;
  /** How often it found no turn. */
  readonly waits?: number;
  /** Whose import it is: queues are fair among projects. */
  readonly project?: string;
}

/** To convert the staged bytes of an import. */
export interface ConvertMessage {
  readonly taskId: string;
  /** Whose import it is: queues are fair among projects. */
  readonly project?: string;
}

export const queueNames = [
  "finalize",
  "delete",
  "notify",
  "cache",
  "copy",
  "sources",
  "import",
  "fetch",
  "place",
  "convert",
] as const;
export type QueueName = (typeof queueNames)[number];

/** Work that outlives a request. At least once: a message can come twice, late, or out of order. */
export interface WorkQueue {
  /** Brings a transfer to its end and verifies its hashes, not before `delaySeconds` from now. */
  finalize(message: FinalizeMessage, delaySeconds: number): Promise<void>;
  /** The same for a transfer whose data somebody registered at another host. */
  readSource(message: FinalizeMessage, delaySeconds: number): Promise<void>;
  /** The same for a transfer whose bytes are to be brought to a store that clients cannot send them to. */
  place(message: FinalizeMessage, delaySeconds: number): Promise<void>;
  /** Deletes bytes that a committed deletion names. */
  deleteBytes(message: DeletionMessage): Promise<void>;
  /** Makes the copies that an image lacks, not before `delaySeconds` from now. */
  copy(message: CopyMessage, delaySeconds: number): Promise<void>;
  /** Goes on with an import, not before `delaySeconds` from now. */
  import(message: ImportMessage, delaySeconds: number): Promise<void>;
  /** Fetches an import's data from its host, not before `delaySeconds` from now. */
  fetch(message: FetchMessage, delaySeconds: number): Promise<void>;
  /** Has a converter convert an import's staged bytes. */
  convert(message: ConvertMessage): Promise<void>;
  /** A hint that notifications of this subject wait in the outbox. Gives up early: the outbox job needs no hint. */
  notify(message: NotifyMessage): Promise<void>;
  /** Does what is due of an image's cache: copies, or deletes what was copied; not before `delaySeconds` from now. */
  cache(message: CacheMessage, delaySeconds: number): Promise<void>;
}
