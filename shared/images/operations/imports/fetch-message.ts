import type { FetchMessage } from "../../../aws/work-queue.ts";
import type { Task } from "../../domain/task.ts";

/** What has an import's data fetched: with the login of whoever asked for it, where its source needs one. */
export const fetchMessage = ({ id, owner }: Pick<Task, "id" | "owner">, token?: string): FetchMessage => ({
  taskId: id,
  ...(owner !== null && { project: owner }),
  ...(token !== undefined && { token }),
});
