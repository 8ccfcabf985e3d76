import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { NotFound } from "../../../errors.ts";
import { enforceService } from "../../../policy/service-policy.ts";
import { isExpired, type Task } from "../../domain/task.ts";
import type { TaskStore } from "../../ports/task-store.ts";

interface Ports {
  readonly tasks: Pick<TaskStore, "findTask">;
  readonly clock: Clock;
}

/** A task that has not expired. Throws Forbidden for all who may not use the API of tasks, and NotFound. */
export const showTask =
  ({ tasks, clock }: Ports) =>
  async (caller: Caller, id: string): Promise<Task> => {
    enforceService("tasks_api_access", caller);
    enforceService("get_task", caller);
    const task = await tasks.findTask(id);
    if (!task || isExpired(task, clock())) throw new NotFound(`Task not found for task_id ${id}`);
    return task;
  };
