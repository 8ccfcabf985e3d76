import { isImportTask, isOver, type Task } from "../../../shared/images/domain/task.ts";
import type { Write } from "../../../shared/images/ports/change.ts";
import { RevisionConflict } from "../../../shared/images/ports/image-store.ts";
import type { TaskLists, TaskStore } from "../../../shared/images/ports/task-store.ts";

const keyOf = ({ created_at, id }: Pick<Task, "id" | "created_at">): string => `${created_at}#${id}`;

/** Tasks in memory, beside the images of a memory image store. */
export function memoryTasks() {
  const tasks = new Map<string, Task>();
  const sorted = (direction: "asc" | "desc") => {
    const sign = direction === "asc" ? 1 : -1;
    return [...tasks.values()].sort((one, other) => sign * (keyOf(one) < keyOf(other) ? -1 : 1));
  };

  const requireUnchanged = (writes: readonly Write[]) => {
    for (const write of writes)
      if (write.kind === "task" && tasks.get(write.after.id)?.revision !== write.before?.revision)
        throw new RevisionConflict();
  };
  const write = (writes: readonly Write[]) => {
    for (const write of writes)
      if (write.kind === "task")
        tasks.set(write.after.id, { ...write.after, revision: (write.before?.revision ?? 0) + 1 });
  };

  const store: Omit<TaskStore, "findWithTask"> & TaskLists = {
    findTask: async (id) => tasks.get(id),
    holdTask: async (id, { by, until, now, message }) => {
      const task = tasks.get(id);
      if (!isImportTask(task)) return false;
      const { hold } = task.import;
      if (hold && hold.until > now && hold.by !== by) return false;
      tasks.set(id, {
        ...{ ...task, updated_at: now, import: { ...task.import, hold: { by, until } } },
        ...(message !== undefined && { message }),
      });
      return true;
    },
    saveTaskHashing: async (id, hashing) => {
      const task = tasks.get(id);
      if (!isImportTask(task)) return false;
      const known = task.import.hashing;
      if (known && known.etag === hashing.etag && known.offset >= hashing.offset) return false;
      tasks.set(id, { ...task, import: { ...task.import, hashing } });
      return true;
    },
    saveTaskConversion: async (id, by, conversion) => {
      const task = tasks.get(id);
      if (!isImportTask(task) || task.import.hold?.by !== by) return false;
      tasks.set(id, { ...task, import: { ...task.import, conversion } });
      return true;
    },
    tasksOf: async (imageId, most) =>
      sorted("desc")
        .filter(({ image_id }) => image_id === imageId)
        .slice(0, most),
    openTasks: async (limit, after) => {
      const open = [...tasks.values()]
        .filter((task) => !isOver(task))
        .map(({ id }) => id)
        .sort()
        .filter((id) => after === undefined || id > after)
        .slice(0, limit);
      const next = open.length === limit ? open.at(-1) : undefined;
      return { tasks: open, ...(next !== undefined && { next }) };
    },
    listTasks: async function* ({ direction, after }) {
      const sign = direction === "asc" ? 1 : -1;
      for (const task of sorted(direction))
        if (!after || sign * (keyOf(task) > keyOf(after) ? 1 : -1) > 0)
          if (!after || task.id !== after.id) yield task;
    },
  };
  return { tasks, store, requireUnchanged, write };
}
