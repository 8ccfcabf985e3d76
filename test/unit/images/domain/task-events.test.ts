import { expect, it } from "vitest";
import { ended, type Task } from "../../../../shared/images/domain/task.ts";
import { taskEvents } from "../../../../shared/images/domain/task-events.ts";

const at = "2026-01-01T00:00:00.000Z";
const task: Task = {
  ...{ id: "t", revision: 0, type: "import", status: "pending", owner: "p", user_id: "u", request_id: "r" },
  ...{
    image_id: "i",
    input: { image_id: "i", import_req: { import_from: "https://user:secret@h/" }, backend: [] },
  },
  ...{ result: null, message: "secret", created_at: at, updated_at: at, expires_at: null },
};
const processing: Task = { ...task, status: "processing" };
const types = (before: Task | undefined, after: Task) =>
  taskEvents(before, after).map(({ event_type }) => event_type);

it("each change of a task's status is told once, and its progress is not", () => {
  const end = { message: "why", now: new Date(at), hoursToLive: 1 };
  const failed = ended(processing, { ...end, status: "failure" });
  expect(types(undefined, task)).toEqual(["task.create"]);
  expect(types(undefined, processing)).toEqual(["task.create", "task.processing"]);
  expect(types(task, processing)).toEqual(["task.processing"]);
  expect(types(processing, { ...processing, message: "half of it" })).toEqual([]);
  expect(types(processing, ended(processing, { ...end, status: "success" }))).toEqual([
    "task.success",
    "task.run",
  ]);
  expect(types(task, failed)).toEqual(["task.failure", "task.run"]);
  expect(types(failed, { ...failed, revision: 9 })).toEqual([]);
});

it("tells nothing of what was sent", () => {
  const [event] = taskEvents(undefined, task);
  expect(event?.payload).toEqual({
    ...{ id: "t", type: "import", status: "pending", owner: "p", result: null, message: null },
    ...{ expires_at: null, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" },
    ...{ deleted: false, deleted_at: null },
  });
  expect(JSON.stringify(event)).not.toContain("secret");
});
