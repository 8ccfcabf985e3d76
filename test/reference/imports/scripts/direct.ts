import type { Script } from "../../differential/script.ts";
import { qcow2 } from "../import-source.ts";
import { direct, everybody, importing } from "../importing.ts";

export const directImports: readonly Script[] = [
  {
    name: "glance-direct",
    run: async (session) => {
      const { ask } = session;
      const { staged, whole, start } = importing(session);
      const id = await staged({ os_type: "linux", tags: ["one"] });
      await whole(id, direct);
      await ask("demo", `GET /v2/images/${id}/file`);
      await start("demo", id, direct);
      await ask("demo", `PUT /v2/images/${id}/stage`, { body: "other" });
      await ask("demo", `PUT /v2/images/${id}/file`, { body: "other" });
      await ask("demo", `DELETE /v2/images/${id}`);
      await ask("demo", `GET /v2/images/${id}/tasks`);
      const protectedOne = await staged({ protected: true });
      await whole(protectedOne, direct);
      await whole(await staged({ visibility: "community" }, "bytes", "admin"), direct, {}, "admin");
    },
  },
  {
    name: "stores of a direct import",
    run: async (session) => {
      const { staged, whole } = importing(session);
      const header = (store: string) => ({ headers: { "X-Image-Meta-Store": store } });
      await whole(await staged(), direct, header("cheap"));
      await whole(await staged(), { ...direct, stores: ["cheap"] });
      await whole(await staged(), { ...direct, stores: ["fast", "cheap"] });
      await whole(await staged(), { ...direct, stores: ["cheap", "fast"] });
      await whole(await staged(), { ...direct, all_stores: true });
      await whole(await staged(), { ...direct, all_stores: false });
      await whole(await staged(), { ...direct, all_stores: true, all_stores_must_succeed: false });
      await whole(await staged(), { ...direct, all_stores_must_succeed: false });
      await whole(await staged(), { ...direct, unknown: "member", method: { ...direct.method, other: 1 } });
    },
  },
  {
    name: "a store that fails",
    run: async (session) => {
      const { staged, whole } = importing(session);
      await whole(await staged(), { ...direct, stores: ["fast", "web"], all_stores_must_succeed: false });
      await whole(await staged(), { ...direct, stores: ["web", "fast"], all_stores_must_succeed: false });
      await whole(await staged(), { ...direct, stores: ["web"], all_stores_must_succeed: false });
      await whole(await staged(), { ...direct, stores: ["web"] });
      await whole(await staged(), { ...direct, stores: ["cheap", "web"] });
    },
  },
  {
    name: "an import that fails, and what comes after it",
    run: async (session) => {
      const { ask } = session;
      const { staged, start, outcome } = importing(session);
      const id = await staged({ disk_format: "qcow2" }, "this is no qcow2");
      await start("demo", id, direct);
      await outcome(id);
      await ask("demo", `PUT /v2/images/${id}/stage`, { body: qcow2() });
      await start("demo", id, direct);
      await outcome(id);
      await ask("demo", `DELETE /v2/images/${id}`);
    },
  },
  {
    name: "formats of what is imported",
    run: async (session) => {
      const { staged, whole } = importing(session);
      await whole(await staged({ disk_format: "qcow2" }, qcow2()), direct);
      await whole(await staged({}, qcow2()), direct);
      await whole(await staged({ disk_format: "iso" }, "no iso at all"), direct);
      await whole(await staged({}, ""), direct);
      await whole(await staged({ container_format: "ova" }, "nothing of an ova"), direct);
    },
  },
  {
    name: "who stages and imports",
    run: async (session) => {
      const { ask, image } = session;
      const { start, outcome } = importing(session);
      for (const visibility of ["private", "shared", "community", "public"]) {
        const id = await image(
          { visibility, owner: session.projects.demo, disk_format: "raw", container_format: "bare" },
          "admin",
        );
        for (const caller of ["no token", "alt", "demo-reader", "demo"] as const) {
          await ask(caller, `PUT /v2/images/${id}/stage`, { body: "bytes" });
          await start(caller, id, direct);
        }
        await outcome(id);
        for (const caller of everybody) await ask(caller, `GET /v2/images/${id}/tasks`);
      }
    },
  },
  {
    name: "staged bytes that are never imported",
    run: async (session) => {
      const { ask, patch } = session;
      const { staged, start } = importing(session);
      const id = await staged();
      await ask("demo", `GET /v2/images/${id}`);
      await ask("demo", `GET /v2/images/${id}/file`);
      await patch("demo", id, [{ op: "replace", path: "/disk_format", value: "qcow2" }]);
      await patch("demo", id, [{ op: "replace", path: "/name", value: "other" }]);
      for (const caller of ["alt", "demo-reader", "no token"] as const) await start(caller, id, direct);
      await ask("demo", `POST /v2/images/${id}/actions/deactivate`);
      await ask("demo", `DELETE /v2/images/${id}`);
      await start("demo", id, direct);
    },
  },
];
