import type { Script } from "../../differential/script.ts";
import { copying, everybody, importing } from "../importing.ts";

const copyAll = { method: { name: "copy-image" }, all_stores: true };

export const copies: readonly Script[] = [
  {
    name: "copy-image",
    run: async (session) => {
      const { ask, active } = session;
      const { start, whole } = importing(session);
      const id = await active();
      for (const body of [copying("fast"), copying("nowhere"), copying("fast", "cheap")])
        for (const caller of ["admin", "demo"] as const) await start(caller, id, body);
      await start("admin", id, { ...copyAll, stores: ["cheap"] });
      await whole(id, copying("cheap"), {}, "admin");
      await ask("demo", `GET /v2/images/${id}/file`);
      for (const body of [copying("cheap"), copyAll, copying("web")]) await whole(id, body, {}, "admin");
      await ask("admin", `GET /v2/images/${id}`);
      await ask("admin", `DELETE /v2/stores/fast/${id}`);
      await whole(id, copyAll, {}, "admin");
      await whole(id, { ...copying("fast"), all_stores_must_succeed: false }, {}, "admin");
    },
  },
  {
    name: "copies to all stores",
    run: async (session) => {
      const { active } = session;
      const { whole, start } = importing(session);
      await whole(await active(), { method: { name: "copy-image" } }, {}, "admin");
      await whole(await active(), copyAll, {}, "admin");
      await whole(await active(), { ...copyAll, all_stores_must_succeed: false }, {}, "admin");
      await whole(
        await active(),
        { method: { name: "copy-image" } },
        { headers: { "X-Image-Meta-Store": "cheap" } },
        "admin",
      );
      const id = await active();
      await whole(id, { ...copying("cheap", "web"), all_stores_must_succeed: false }, {}, "admin");
      await whole(await active(), copying("cheap", "web"), {}, "admin");
      await start("admin", await active(), copying());
    },
  },
  {
    name: "who copies",
    run: async (session) => {
      const { image, ask } = session;
      const { start, outcome } = importing(session);
      for (const visibility of ["private", "community", "public"]) {
        const id = await image(
          { visibility, owner: session.projects.demo, disk_format: "raw", container_format: "bare" },
          "admin",
        );
        await ask("admin", `PUT /v2/images/${id}/file`, { body: "bytes" });
        for (const caller of ["no token", "alt", "demo-reader", "demo", "admin"] as const)
          await start(caller, id, copying("cheap"));
        await outcome(id, "admin");
        for (const caller of everybody) await ask(caller, `GET /v2/images/${id}/tasks`);
      }
    },
  },
];
