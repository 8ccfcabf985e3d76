import type { Script } from "../../differential/script.ts";
import { everybody, importing } from "../importing.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** What imports and tasks are told of, and the routes themselves. */
export const discovery: readonly Script[] = [
  {
    name: "import methods and schemas of tasks",
    run: async ({ ask }) => {
      for (const path of ["info/import", "schemas/task", "schemas/tasks"]) {
        for (const caller of everybody) await ask(caller, `GET /v2/${path}`);
        for (const version of ["v2.2", "v2.6", "v2.15"]) await ask("demo", `GET /${version}/${path}`);
        await ask("demo", `GET /v2/${path}`, { body: "x" });
      }
    },
  },
  {
    name: "methods and paths of imports and tasks",
    run: async (session) => {
      const { ask } = session;
      const id = await importing(session).staged();
      for (const path of [
        "info/import",
        "schemas/task",
        "schemas/tasks",
        `images/${id}/import`,
        `images/${id}/tasks`,
        "tasks/11111111-0000-4000-8000-000000000000",
      ])
        for (const method of methods.filter((one) => one !== "POST" || !path.endsWith("import")))
          await ask("admin", `${method} /v2/${path}`);
      for (const method of ["HEAD", "PUT", "PATCH", "DELETE"]) await ask("admin", `${method} /v2/tasks`);
      for (const path of [
        `images/${id}/import/`,
        `images/${id}/tasks/`,
        `images/${id}/import/more`,
        "tasks/",
      ])
        await ask("admin", `GET /v2/${path}`);
    },
  },
];
