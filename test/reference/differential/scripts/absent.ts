import type { Script } from "../script.ts";

/** Routes of Glance that this service does not have yet; an image's id for `{id}`. */
const routes = [
  "POST /v2/images/{id}/import",
  "GET /v2/images/{id}/tasks",
  "DELETE /v2/stores/fast/{id}",
  "GET /v2/tasks",
  "POST /v2/tasks",
  "GET /v2/tasks/{id}",
  "DELETE /v2/tasks/{id}",
  "GET /v2/schemas/task",
  "GET /v2/schemas/tasks",
];

/** They are refused as unknown paths are: by 404, or 401 without a token. */
export const absent: readonly Script[] = [
  {
    name: "routes that are not there yet",
    hasManyFaults: true,
    run: async ({ ask, image }) => {
      const id = await image();
      for (const route of routes) {
        for (const caller of ["no token", "alt", "demo-reader", "demo"] as const)
          await ask(caller, route.replace("{id}", id), route.startsWith("POST") ? { json: {} } : {});
      }
    },
  },
];
