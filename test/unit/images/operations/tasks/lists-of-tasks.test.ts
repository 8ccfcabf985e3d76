import { expect, it } from "vitest";
import type { Task } from "../../../../../shared/images/domain/task.ts";
import { listTasks } from "../../../../../shared/images/operations/tasks/list-tasks.ts";
import { showImageTasks } from "../../../../../shared/images/operations/tasks/show-image-tasks.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { admin, alt, demo } from "../../../../fakes/images/service.ts";

/** An image that everybody sees, with tasks that are over. */
async function withTasks(owners: readonly (string | null)[]) {
  const service = importingService();
  const image = await service.queuedImage({ visibility: "community" });
  for (const [at, owner] of owners.entries()) {
    const input = { image_id: image.id, import_req: { method: { uri: "https://secret@x/" } }, backend: [] };
    const task: Task = {
      ...{ id: `task-${at}`, revision: 1, type: "api_image_import", status: "failure", owner, input },
      ...{ user_id: null, request_id: null, image_id: image.id, result: null, message: "not there" },
      ...{ created_at: new Date(at).toISOString(), updated_at: new Date(at).toISOString() },
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    };
    service.metadata.tasks.set(task.id, task);
  }
  return { ports: service.ports, id: image.id };
}

const ids = (tasks: readonly Pick<Task, "id">[]) => tasks.map(({ id }) => id);

it("show an image's tasks to their own project, and to none that is no project", async () => {
  const { ports, id } = await withTasks([demo.projectId, "", null]);
  const shown = async (caller: typeof demo) => ids(await showImageTasks(ports)(caller, id));
  expect(await shown(demo)).toEqual(["task-0"]);
  expect(await shown(alt)).toEqual([]);
  expect(await shown({ ...alt, projectId: "" })).toEqual([]);
  expect(await shown(admin)).toEqual(["task-2", "task-1", "task-0"]);
});

it("show an image's newest tasks, as many as one answer holds", async () => {
  const { ports, id } = await withTasks(Array.from({ length: 70 }, () => demo.projectId));
  const shown = ids(await showImageTasks(ports)(demo, id));
  expect([shown.length, shown[0], shown.at(-1)]).toEqual([50, "task-69", "task-20"]);
});

it.each(["created_at", "id", "status"])("by %s keep nothing of what was sent", async (sortKey) => {
  const { ports } = await withTasks(Array.from({ length: 5 }, () => demo.projectId));
  const query = { limit: 2, sortKey, direction: "desc", filters: new Map() } as const;
  const { tasks, more } = await listTasks(ports)(admin, query);
  expect([ids(tasks), more]).toEqual([["task-4", "task-3"], true]);
  expect(JSON.stringify(tasks)).not.toContain("secret");
});
