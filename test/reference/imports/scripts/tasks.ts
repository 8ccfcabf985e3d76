import type { Script } from "../../differential/script.ts";
import { direct, everybody, fetching, formats, importing } from "../importing.ts";

/** Ids of tasks, so many a page, of those that this session knows: what else lies there is not its own. */
export const tasks = (source: string): readonly Script[] => [
  {
    name: "one task",
    run: async (session) => {
      const { ask, image } = session;
      const { staged, whole, nameTasks } = importing(session);
      const id = await staged();
      await whole(id, direct);
      const failed = await image(formats);
      await whole(failed, { ...fetching(`${source}/404`), stores: ["cheap"] });
      for (const one of [id, failed])
        for (const task of await nameTasks(one)) {
          for (const caller of [...everybody, "garbage token"] as const)
            await ask(caller, `GET /v2/tasks/${task}`);
          for (const caller of ["admin", "demo"] as const) await ask(caller, `DELETE /v2/tasks/${task}`);
          for (const method of ["PUT", "PATCH", "POST", "HEAD"])
            await ask("admin", `${method} /v2/tasks/${task}`);
          await ask("admin", `GET /v2/tasks/${task}/`);
        }
      for (const none of [session.uuid(1), "no-such-task", "x".repeat(64)])
        for (const method of ["GET", "DELETE"])
          for (const caller of everybody) await ask(caller, `${method} /v2/tasks/${none}`);
      for (const none of [session.uuid(1), "no-such-image"])
        for (const caller of everybody) await ask(caller, `GET /v2/images/${none}/tasks`);
      const untouched = await image(formats);
      for (const caller of everybody) await ask(caller, `GET /v2/images/${untouched}/tasks`);
    },
  },
  {
    name: "lists of tasks",
    run: async (session) => {
      const { ask, image, named } = session;
      const { staged, whole } = importing(session);
      const id = await image(formats);
      for (const path of ["404", "500", "data"]) await whole(id, fetching(`${source}/${path}`));
      await whole(await staged(), direct);
      const known = [...named.keys()];
      const query = `image_id=${id}`;
      for (const caller of everybody) await ask(caller, `GET /v2/tasks?${query}`);
      for (const more of [
        "status=success",
        "status=failure",
        "status=pending",
        "status=processing",
        "status=nothing",
        "status=",
        "type=import",
        "type=api_image_import",
        "type=export",
        "type=",
        `owner=${session.projects.demo}`,
        "owner=nobody",
        "owner=",
        "nothing=x",
        "message=x",
        "sort_key=created_at",
        "sort_key=created_at&sort_dir=asc",
        "sort_key=updated_at&sort_dir=asc",
        "sort_key=status&sort_dir=asc&limit=1",
        "sort_key=nothing",
        "sort_key=",
        "sort_dir=asc",
        "sort_dir=desc",
        "sort_dir=ASC",
        "sort_dir=up",
        "sort_dir=",
        "limit=0",
        "limit=1",
        "limit=2",
        "limit=3",
        "limit=4",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.5",
        "limit=100000",
        "marker=nothing",
        "marker=",
        `marker=${session.uuid(7)}`,
        `limit=1&marker=${known[0]}`,
        `limit=1&marker=${known[1]}`,
        `limit=2&sort_dir=asc&marker=${known[0]}`,
        `marker=${known[2]}`,
        `marker=${known[3]}`,
        `id=${known[1]}`,
        "deleted=true",
        "limit=1&limit=2",
        "status=success&status=failure",
      ])
        await ask("admin", `GET /v2/tasks?${query}&${more}`);
      await ask("admin", `GET /v2/tasks?${query}`, { body: "x" });
      await ask("admin", `GET /v2/tasks?image_id=${session.uuid(1)}`);
    },
  },
  {
    name: "a task that imports",
    run: async ({ ask, named, silently }) => {
      for (const [path, image_properties] of [
        ["data", { ...formats, name: "of a task", tags: ["one"], custom: "x" }],
        ["404", formats],
      ] as const) {
        const input = { import_from: `${source}/${path}`, import_from_format: "raw", image_properties };
        const made = await ask("admin", "POST /v2/tasks", { json: { type: "import", input } });
        const { id } = made.json ?? {};
        named.set(id, `{task of ${path}}`);
        const shown = () => silently(() => ask("admin", `GET /v2/tasks/${id}`));
        for (let tries = 0; tries < 300; tries++) {
          const { status, result } = (await shown()).json ?? {};
          if (result?.image_id) named.set(result.image_id, `{image of ${path}}`);
          if (status === "success" || status === "failure") break;
          await new Promise((wake) => setTimeout(wake, 100));
        }
        for (const caller of ["admin", "demo"] as const) await ask(caller, `GET /v2/tasks/${id}`);
        const { result } = (await shown()).json ?? {};
        if (result) await ask("admin", `GET /v2/images/${result.image_id}`);
        if (result) await silently(() => ask("admin", `DELETE /v2/images/${result.image_id}`));
      }
    },
  },
  {
    name: "tasks that are refused",
    hasManyFaults: true,
    run: async ({ ask }) => {
      const input = { import_from: "http://127.0.0.1:22/x", import_from_format: "raw", image_properties: {} };
      for (const caller of everybody)
        await ask(caller, "POST /v2/tasks", { json: { type: "import", input } });
      for (const json of [
        {},
        [],
        { type: "import" },
        { input },
        { type: "export", input },
        { type: "", input },
        { type: 5, input },
        { type: "import", input: "text" },
        { type: "import", input: [] },
        { type: "import", input: {} },
        { type: "import", input: null },
        { type: "import", input: { ...input, import_from: "file:///etc/passwd" } },
        { type: "import", input: { ...input, import_from: "nonsense" } },
        { type: "import", input: { ...input, import_from: "swift+config://a/b" } },
        { type: "import", input, other: 1 },
      ])
        await ask("admin", "POST /v2/tasks", { json });
      await ask("admin", "POST /v2/tasks", { body: "{", type: "application/json" });
      await ask("admin", "POST /v2/tasks");
      await ask("demo", "POST /v2/tasks");
    },
  },
];
