import type { Script } from "../../differential/script.ts";
import type { Session } from "../../differential/session.ts";
import { copying, direct, everybody, fetching, formats, importing } from "../importing.ts";

const oddBodies: readonly unknown[] = [
  {},
  [],
  null,
  "text",
  5,
  { method: null },
  { method: "glance-direct" },
  { method: [] },
  { method: {} },
  { method: { name: null } },
  { method: { name: 5 } },
  { method: { name: "" } },
  { method: { name: "no-such-method" } },
  { method: { name: "Glance-Direct" } },
  { method: { name: ["glance-direct"] } },
  { ...direct, all_stores: "true" },
  { ...direct, all_stores: 1 },
  { ...direct, all_stores: null },
  { ...direct, all_stores_must_succeed: "false" },
  { ...direct, all_stores_must_succeed: 0 },
  { ...direct, all_stores_must_succeed: null },
  { ...direct, stores: "cheap" },
  { ...direct, stores: null },
  { ...direct, stores: [5] },
  { ...direct, stores: ["nowhere"] },
  { ...direct, stores: ["cheap", "nowhere"] },
  { ...direct, stores: ["os_glance_staging_store"] },
  { ...direct, stores: [""] },
  { ...direct, all_stores: true, stores: ["cheap"] },
  { ...direct, all_stores: true, stores: [] },
];
const plain = [
  direct,
  fetching("http://127.0.0.1:1/x"),
  copying("cheap"),
  { method: { name: "glance-download" } },
];

/** Images in the states that refuse, and how they are called. */
const states: readonly [string, (session: Session) => Promise<string>][] = [
  ["queued", ({ image }) => image(formats)],
  ["without formats", ({ image }) => image({})],
  ["without disk format", ({ image }) => image({ container_format: "bare" })],
  ["without container format", ({ image }) => image({ disk_format: "raw" })],
  ["uploading", (session) => importing(session).staged()],
  [
    "uploading without formats",
    async ({ image, ask }) => {
      const id = await image({});
      await ask("demo", `PUT /v2/images/${id}/stage`, { body: "bytes" });
      return id;
    },
  ],
  ["active", ({ active }) => active()],
  [
    "deactivated",
    async ({ ask, active }) => {
      const id = await active();
      await ask("admin", `POST /v2/images/${id}/actions/deactivate`);
      return id;
    },
  ],
  [
    "deleted",
    async ({ ask, active }) => {
      const id = await active();
      await ask("demo", `DELETE /v2/images/${id}`);
      return id;
    },
  ],
];
/** By the state an image is in, the methods that its import would begin with: asked for in other scripts. */
const begins = (state: string, method: string): boolean =>
  (state === "uploading" && method === "glance-direct") || (state === "active" && method === "copy-image");

export const refusals: readonly Script[] = [
  {
    name: "odd bodies of imports",
    hasManyFaults: true,
    run: async (session) => {
      const { ask, image } = session;
      const { start } = importing(session);
      const id = await image(formats);
      for (const body of oddBodies) await start("demo", id, body);
      const post = `POST /v2/images/${id}/import`;
      for (const body of ["", "{", "{}}", '{"method":{"name":"copy-image"}', "\u0000", "NaN"])
        await ask("demo", post, { body, type: "application/json" });
      for (const type of ["text/plain", "application/octet-stream", null, "application/json; charset=utf-8"])
        await ask("demo", post, { body: JSON.stringify(direct), type });
      await ask("demo", post);
      await ask("demo", `GET /v2/images/${id}`);
      await ask("demo", `GET /v2/images/${id}/tasks`);
    },
  },
  {
    name: "stores of imports that are refused",
    run: async (session) => {
      const { ask } = session;
      const { start, staged } = importing(session);
      const id = await staged();
      const header = (store: string) => ({ headers: { "X-Image-Meta-Store": store } });
      for (const stores of [["nowhere"], ["cheap", "nowhere"], ["FAST"], [""]])
        await start("demo", id, { ...direct, stores });
      await start("demo", id, { ...direct, all_stores: true, stores: ["cheap"] });
      await start("demo", id, { ...direct, all_stores: true }, header("cheap"));
      await start("demo", id, { ...direct, stores: ["cheap"] }, header("cheap"));
      await start("demo", id, { ...direct, stores: ["nowhere"] }, header("nowhere"));
      await start("demo", id, direct, header("nowhere"));
      await ask("demo", `GET /v2/images/${id}`);
      const own = await staged();
      await start("demo", own, { ...direct, stores: ["os_glance_tasks_store"] });
    },
  },
  ...states.map(
    ([state, make]): Script => ({
      name: `imports into an image that is ${state}`,
      run: async (session) => {
        const id = await make(session);
        const { start } = importing(session);
        for (const body of plain) {
          if (begins(state, body.method.name)) continue;
          for (const caller of everybody) await start(caller, id, body);
        }
        await session.ask("demo", `GET /v2/images/${id}`);
        await session.ask("demo", `GET /v2/images/${id}/tasks`);
      },
    }),
  ),
  {
    name: "imports into images that are not there",
    run: async (session) => {
      const { start } = importing(session);
      for (const id of [session.uuid(1), "no-such-image", "%00", "x".repeat(64)])
        for (const caller of ["demo", "admin", "no token", "garbage token"] as const)
          await start(caller, id, direct);
    },
  },
];
