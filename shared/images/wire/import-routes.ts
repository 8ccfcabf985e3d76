import type { Route } from "../../http/route.ts";

const tasks = "/{version}/tasks";

/** Imports of images' data, and the tasks that they are. */
export const importRoutes = [
  {
    operation: "importImage",
    method: "POST",
    path: "/{version}/images/{image_id}/import",
    function: "imports",
    access: "token",
    summary: "Import an image's data",
  },
  {
    operation: "listImageTasks",
    method: "GET",
    path: "/{version}/images/{image_id}/tasks",
    function: "imports",
    access: "token",
    summary: "List an image's tasks",
  },
  {
    operation: "listTasks",
    method: "GET",
    path: tasks,
    function: "imports",
    access: "token",
    summary: "List tasks (admins)",
  },
  {
    operation: "createTask",
    method: "POST",
    path: tasks,
    function: "imports",
    access: "token",
    summary: "Import into a new image (admins)",
  },
  {
    operation: "showTask",
    method: "GET",
    path: `${tasks}/{task_id}`,
    function: "imports",
    access: "token",
    summary: "Show a task (admins)",
  },
] as const satisfies readonly Route[];
