import type { Script } from "../../differential/script.ts";
import type { Session } from "../../differential/session.ts";
import type { ImportSource } from "../import-source.ts";
import { copying, direct, everybody, fetching, formats, importing } from "../importing.ts";

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** An import that has begun and waits for its source: not compared. */
async function hold(session: Session, source: ImportSource, id: string, name: string, more = {}) {
  const { target, ask, silently } = session;
  const at = `${target.url.replace("http://", "")}-${name}`;
  const { start, nameTasks } = importing(session);
  await start("demo", id, { ...fetching(`${source.url}/held?at=${at}`), ...more });
  const statusOf = async () =>
    (await silently(() => ask("admin", `GET /v2/images/${id}`))).json?.status as string | undefined;
  for (let left = 200; (await statusOf()) !== "importing" && left > 0; left -= 1) await pause(50);
  await nameTasks(id);
  return { release: () => source.release(at) };
}

export const heldImports = (source: ImportSource | undefined): readonly Script[] => {
  const held = (session: Session, id: string, name: string, more = {}) => {
    if (!source) throw new Error("no source");
    return hold(session, source, id, name, more);
  };
  return [
    {
      name: "an image while it is imported",
      run: async (session) => {
        const { ask, image, patch } = session;
        const { start, outcome } = importing(session);
        const id = await image({ ...formats, name: session.nonce, visibility: "shared" });
        const { release } = await held(session, id, "one", { stores: ["fast", "cheap"] });
        for (const caller of everybody) await ask(caller, `GET /v2/images/${id}`);
        await ask("demo", `GET /v2/images?name=${session.nonce}&status=importing`);
        await ask("demo", `GET /v2/images?name=${session.nonce}&status=active`);
        await ask("demo", `GET /v2/images/${id}/file`);
        for (const caller of everybody) await ask(caller, `GET /v2/images/${id}/tasks`);
        for (const body of [direct, fetching("http://127.0.0.1/x"), copying("cheap")])
          for (const caller of ["demo", "admin", "alt"] as const) await start(caller, id, body);
        await ask("demo", `PUT /v2/images/${id}/stage`, { body: "other" });
        await ask("demo", `PUT /v2/images/${id}/file`, { body: "other" });
        await ask("demo", `POST /v2/images/${id}/actions/deactivate`);
        await ask("demo", `POST /v2/images/${id}/actions/reactivate`);
        await patch("demo", id, [{ op: "replace", path: "/name", value: `${session.nonce} renamed` }]);
        await patch("demo", id, [{ op: "add", path: "/os_type", value: "linux" }]);
        for (const name of ["os_glance_import_task", "os_glance_importing_to_stores", "os_glance_new"])
          for (const op of ["add", "replace", "remove"])
            await patch("demo", id, [{ op, path: `/${name}`, value: "x" }]);
        await patch("demo", id, [{ op: "replace", path: "/disk_format", value: "raw" }]);
        await ask("demo", `PUT /v2/images/${id}/tags/during`);
        await ask("demo", `POST /v2/images/${id}/members`, { json: { member: session.projects.alt } });
        await ask("alt", `PUT /v2/images/${id}/members/${session.projects.alt}`, {
          json: { status: "accepted" },
        });
        await ask("alt", `GET /v2/images/${id}/tasks`);
        await ask("admin", `DELETE /v2/stores/cheap/${id}`);
        release();
        await outcome(id);
        await ask("demo", `GET /v2/images/${id}/file`);
      },
    },
    {
      name: "an image that is deleted while it is imported",
      run: async (session) => {
        const { ask, image, silently, named } = session;
        const id = await image(formats);
        const { release } = await held(session, id, "deleted");
        await ask("alt", `DELETE /v2/images/${id}`);
        await ask("demo-reader", `DELETE /v2/images/${id}`);
        await ask("demo", `DELETE /v2/images/${id}`);
        await ask("demo", `GET /v2/images/${id}`);
        await ask("demo", `GET /v2/images/${id}/tasks`);
        release();
        const [task] = [...named.keys()];
        const statusOf = async () =>
          (await silently(() => ask("admin", `GET /v2/tasks/${task}`))).json?.status as string;
        for (let left = 400; (await statusOf()) === "processing" && left > 0; left -= 1) await pause(50);
        await ask("admin", `GET /v2/tasks/${task}`);
      },
    },
    {
      name: "imports of several images at once",
      run: async (session) => {
        const { ask, image } = session;
        const { outcome, start } = importing(session);
        const [one, two] = [await image(formats), await image({ ...formats, protected: true })];
        const first = await held(session, one, "first");
        const second = await held(session, two, "second", { all_stores: true });
        await ask("demo", `DELETE /v2/images/${two}`);
        await start("demo", one, fetching("http://127.0.0.1/x"));
        second.release();
        await outcome(two);
        await ask("demo", `GET /v2/images/${one}`);
        first.release();
        await outcome(one);
        for (const id of [one, two]) await start("demo", id, fetching("http://127.0.0.1/x"));
      },
    },
  ];
};
