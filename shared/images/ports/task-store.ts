import type { Image } from "../domain/image.ts";
import type { ConversionState } from "../domain/import-work.ts";
import type { Task } from "../domain/task.ts";
import type { HashProgress, Hold } from "../domain/transfer.ts";

/**
 * Tasks beside the images that they work on. They begin, go on and end by changes of an image; what is written here
 * touches no image and no revision. Strongly consistent. Ids may be any text, as for an image store.
 */
export interface TaskStore {
  /** One that expired may be there yet. */
  findTask(id: string): Promise<Task | undefined>;
  /** The task, and the image that it is about. */
  findWithTask(id: string): Promise<{ readonly image: Image | undefined; readonly task: Task | undefined }>;
  /**
   * Takes a task that is under way in hand, or keeps it there, and says that it is alive; with a message, how far it has
   * come. False when another run has it at the time `now`, or when it is over.
   */
  holdTask(id: string, hold: Hold & { readonly now: string; readonly message?: string }): Promise<boolean>;
  /** Keeps how far its bytes are read, unless that is further already: false then, and when it is over. */
  saveTaskHashing(id: string, hashing: HashProgress): Promise<boolean>;
  /** Keeps how far its conversion is, while it is in the hands of `by`: false when it is not, and when it is over. */
  saveTaskConversion(id: string, by: string, conversion: ConversionState): Promise<boolean>;
  /** An image's newest tasks, at most `most`, newest first. */
  tasksOf(imageId: string, most: number): Promise<readonly Task[]>;
  /** Ids of tasks that are not over, in no particular order, at most `limit`, starting after `after`. */
  openTasks(
    limit: number,
    after?: string,
  ): Promise<{ readonly tasks: readonly string[]; readonly next?: string }>;
}

/** The list of all tasks: a port of its own, because few functions need it. Strongly consistent, too. */
export interface TaskLists {
  /** By created_at, then id, read as they are wanted. One that expired may be among them. */
  listTasks(listing: {
    readonly direction: "asc" | "desc";
    /** Start after this task. */
    readonly after?: Pick<Task, "id" | "created_at">;
    /** How many the reader probably takes. */
    readonly expected: number;
  }): AsyncIterable<Task>;
}
