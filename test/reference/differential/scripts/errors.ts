import type { Script } from "../script.ts";

const accepts = [
  null,
  "",
  "*/*",
  "text/html",
  "application/json",
  "text/plain",
  "application/xml",
  "application/octet-stream",
  "text/*",
  "application/*",
  "text/html, application/json",
  "text/html;q=0.5, application/json",
  "application/json;q=0.2, */*;q=0.1",
  "APPLICATION/JSON",
];

/** Error bodies by the request's Accept. */
export const errors: readonly Script[] = [
  {
    name: "forms of errors",
    run: async ({ ask, image }) => {
      const id = await image();
      for (const accept of accepts) {
        await ask("demo", "GET /v2/images/no-such-image", { accept });
        await ask("demo", "POST /v2/images", { json: { min_disk: "<b>'much' & \"more\"" }, accept });
        await ask("demo", `PATCH /v2/images/${id}`, { json: [], type: "text/plain", accept });
        await ask("demo", "PUT /v2/images", { accept });
        await ask("demo", "GET /v2/nothing", { accept });
        await ask("no token", "GET /v2/images", { accept });
        await ask("demo-reader", `DELETE /v2/images/${id}`, { accept });
      }
    },
  },
  {
    name: "titles of errors",
    run: async ({ ask, image, active, uuid, patch }) => {
      const queued = await image({ id: uuid(1), protected: true });
      const done = await active();
      await ask("demo", "POST /v2/images", { json: { id: queued } });
      await ask("demo", `DELETE /v2/images/${queued}`);
      await ask("demo", `PUT /v2/images/${queued}/file`, { body: "x" });
      await ask("demo", `PUT /v2/images/${done}/file`, { body: "x" });
      await ask("demo", `PUT /v2/images/${done}/file`, { body: "x", type: "text/plain" });
      await patch("demo", queued, [{ op: "remove", path: "/nothing" }]);
      await patch("demo", queued, [{ op: "add", path: "/visibility", value: "public" }]);
      await ask("demo", "GET /v2/images?limit=-1");
      await ask("demo", "GET /v2/images?marker=nothing");
      await patch("demo", queued, [{ op: "replace", path: "/protected", value: false }]);
    },
  },
];
