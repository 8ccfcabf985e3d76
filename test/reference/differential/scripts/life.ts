import { holdUpload } from "../held-upload.ts";
import type { Script } from "../script.ts";

/** Data, tags, status and end of an image. */
export const life: readonly Script[] = [
  {
    name: "upload and download",
    run: async ({ ask, image, patch }) => {
      const id = await image({ disk_format: "raw", container_format: "bare" });
      const file = `/v2/images/${id}/file`;
      for (const caller of ["admin", "demo", "demo-reader", "alt", "no token"] as const)
        await ask(caller, `GET ${file}`);
      for (const type of [
        "text/plain",
        "application/json",
        "",
        null,
        "application/octet",
        "application/octet-stream2",
      ]) {
        await ask("demo", `PUT ${file}`, { body: "bytes", type });
      }
      await ask("demo-reader", `PUT ${file}`, { body: "bytes" });
      await ask("alt", `PUT ${file}`, { body: "bytes" });
      await ask("demo", "PUT /v2/images/no-such-image/file", { body: "bytes" });
      await ask("demo", "GET /v2/images/no-such-image/file");
      await ask("demo", `GET /v2/images/${id}`);
      await ask("demo", `PUT ${file}`, { body: "bytes", type: "application/octet-stream; charset=x" });
      await ask("demo", `GET /v2/images/${id}`);
      for (const caller of ["admin", "demo", "demo-reader", "alt", "no token"] as const)
        await ask(caller, `GET ${file}`);
      for (const accept of [null, "*/*", "text/html"]) await ask("demo", `GET ${file}`, { accept });
      await ask("demo", `PUT ${file}`, { body: "bytes" });
      await ask("admin", `PUT ${file}`, { body: "more bytes" });
      await patch("demo", id, [{ op: "replace", path: "/disk_format", value: "raw" }]);
      await patch("demo", id, [{ op: "replace", path: "/container_format", value: "ovf" }]);
      await ask("demo", `DELETE /v2/images/${id}`);
      await ask("demo", `GET ${file}`);
      await ask("demo", `PUT ${file}`, { body: "bytes" });
    },
  },
  {
    name: "uploads without formats",
    run: async ({ ask, image, patch }) => {
      for (const formats of [{}, { disk_format: "raw" }, { container_format: "bare" }]) {
        const id = await image(formats);
        await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
        await ask("demo", `GET /v2/images/${id}`);
        await patch("demo", id, [
          { op: "replace", path: "/disk_format", value: "raw" },
          { op: "replace", path: "/container_format", value: "bare" },
        ]);
        await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
        await ask("demo", `GET /v2/images/${id}/file`);
      }
    },
  },
  {
    name: "ranges",
    run: async ({ ask, image }) => {
      const id = await image({ disk_format: "raw", container_format: "bare" });
      await ask("demo", `PUT /v2/images/${id}/file`, { body: "0123456789" });
      for (const Range of ["bytes=0-3", "bytes=4-", "bytes=-3", "bytes=8-99", "bytes=0-0", "bytes=-99"]) {
        await ask("demo", `GET /v2/images/${id}/file`, { headers: { Range } });
      }
    },
  },
  {
    name: "ranges that are none",
    run: async ({ ask, active }) => {
      const id = await active();
      for (const Range of [
        "bytes=5-",
        "bytes=9-12",
        "bytes=3-1",
        "bytes=x",
        "pages=0-1",
        "bytes=0-1,3-4",
        "",
      ]) {
        await ask("demo", `GET /v2/images/${id}/file`, { headers: { Range } });
      }
    },
  },
  {
    name: "an image that is deleted during its upload",
    run: async (session) => {
      const { ask, image } = session;
      for (const deleter of ["demo", "admin"] as const) {
        const id = await image({ disk_format: "raw", container_format: "bare" });
        const upload = await holdUpload(session, "demo", id);
        await ask("demo", `GET /v2/images/${id}`);
        await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
        await ask(deleter, `DELETE /v2/images/${id}`);
        await ask("demo", `GET /v2/images/${id}`);
        await upload.finish();
        await ask("demo", `GET /v2/images/${id}/file`);
      }
    },
  },
  {
    name: "stage",
    run: async ({ ask, image, active }) => {
      const id = await image();
      await ask("demo-reader", `PUT /v2/images/${id}/stage`, { body: "bytes" });
      await ask("alt", `PUT /v2/images/${id}/stage`, { body: "bytes" });
      await ask("demo", `PUT /v2/images/${id}/stage`, { body: "bytes", type: "text/plain" });
      await ask("demo", `PUT /v2/images/${id}/stage`, { body: "bytes" });
      await ask("demo", `GET /v2/images/${id}`);
      await ask("demo", `GET /v2/images/${id}/file`);
      await ask("demo", `PUT /v2/images/${id}/stage`, { body: "bytes" });
      await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
      await ask("demo", `POST /v2/images/${id}/actions/deactivate`);
      await ask("demo", `DELETE /v2/images/${id}`);
      await ask("demo", `GET /v2/images/${id}`);
      await ask("demo", `PUT /v2/images/${await active()}/stage`, { body: "bytes" });
    },
  },
  {
    name: "tags by URL",
    run: async ({ ask, image }) => {
      const id = await image({ tags: ["first"] });
      const tags = [
        "one",
        "one",
        "first",
        "a%20b",
        "%C3%A4",
        "a+b",
        "a%2Bb",
        "x".repeat(255),
        "x".repeat(256),
        "A",
        "a",
        "%20",
        "a%2Fb",
        "a;b",
        "a,b",
        "a%25b",
        "%F0%9F%98%80",
      ];
      for (const tag of tags) await ask("demo", `PUT /v2/images/${id}/tags/${tag}`);
      await ask("demo", `GET /v2/images/${id}`);
      for (const tag of [...tags, "absent"]) await ask("demo", `DELETE /v2/images/${id}/tags/${tag}`);
      await ask("demo", `GET /v2/images/${id}`);
      for (const caller of ["admin", "demo-reader", "alt", "glance", "no token"] as const) {
        await ask(caller, `PUT /v2/images/${id}/tags/by-others`);
        await ask(caller, `DELETE /v2/images/${id}/tags/by-others`);
        await ask(caller, `DELETE /v2/images/${id}/tags/absent`);
      }
      await ask("demo", "PUT /v2/images/no-such-image/tags/one");
      await ask("demo", "DELETE /v2/images/no-such-image/tags/one");
      await ask("demo", `PUT /v2/images/${id}/tags/one`, { body: "{}" });
      await ask("demo", `GET /v2/images/${id}/tags/one`);
    },
  },
  {
    name: "quota of tags by URL",
    run: async ({ ask, image }) => {
      const id = await image({ tags: Array.from({ length: 127 }, (_, at) => `tag-${at}`) });
      await ask("demo", `PUT /v2/images/${id}/tags/last`);
      await ask("demo", `PUT /v2/images/${id}/tags/one-more`);
      await ask("demo", `PUT /v2/images/${id}/tags/last`);
      await ask("demo", `DELETE /v2/images/${id}/tags/last`);
      await ask("demo", `PUT /v2/images/${id}/tags/one-more`);
    },
  },
  {
    name: "deactivate and reactivate",
    run: async ({ ask, image, active, patch }) => {
      const queued = await image();
      for (const action of ["deactivate", "reactivate"]) {
        for (const caller of ["demo", "demo-reader", "alt", "admin", "no token"] as const) {
          await ask(caller, `POST /v2/images/${queued}/actions/${action}`);
        }
        await ask("demo", `POST /v2/images/no-such-image/actions/${action}`);
      }
      for (const visibility of ["shared", "community", "private"]) {
        const id = await active({ visibility, hw_there: "x" });
        const acts = (caller: "demo" | "admin" | "demo-reader" | "alt", action: string) =>
          ask(caller, `POST /v2/images/${id}/actions/${action}`);
        await acts("demo-reader", "deactivate");
        await acts("alt", "deactivate");
        await acts("demo", "reactivate");
        await acts("demo", "deactivate");
        await acts("demo", "deactivate");
        await ask("demo", `GET /v2/images/${id}`);
        for (const caller of ["demo", "demo-reader", "alt", "admin"] as const)
          await ask(caller, `GET /v2/images/${id}/file`);
        await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
        await ask("demo", `PUT /v2/images/${id}/stage`, { body: "bytes" });
        await patch("demo", id, [{ op: "replace", path: "/name", value: "renamed" }]);
        await patch("demo", id, [{ op: "replace", path: "/disk_format", value: "iso" }]);
        await ask("demo", `PUT /v2/images/${id}/tags/while-inactive`);
        await acts("alt", "reactivate");
        await acts("demo-reader", "reactivate");
        await acts("demo", "reactivate");
        await acts("demo", "reactivate");
        await ask("demo", `GET /v2/images/${id}/file`);
        await acts("admin", "deactivate");
        await ask("demo", `DELETE /v2/images/${id}`);
        await acts("demo", "reactivate");
      }
    },
  },
  {
    name: "delete",
    run: async ({ ask, image, active, patch }) => {
      for (const make of [image, active]) {
        const id = await make({ protected: true });
        for (const caller of ["demo", "admin", "demo-reader", "alt", "no token"] as const) {
          await ask(caller, `DELETE /v2/images/${id}`);
        }
        await patch("demo", id, [{ op: "replace", path: "/protected", value: false }]);
        await ask("alt", `DELETE /v2/images/${id}`);
        await ask("demo-reader", `DELETE /v2/images/${id}`);
        await ask("demo", `DELETE /v2/images/${id}`);
        await ask("demo", `DELETE /v2/images/${id}`);
        for (const caller of ["demo", "admin"] as const) {
          await ask(caller, `GET /v2/images/${id}`);
          await ask(caller, `GET /v2/images/${id}/file`);
          await patch(caller, id, [{ op: "replace", path: "/name", value: "x" }]);
          await ask(caller, `PUT /v2/images/${id}/tags/x`);
          await ask(caller, `GET /v2/images/${id}/members`);
          await ask(caller, `POST /v2/images/${id}/actions/deactivate`);
        }
      }
      await ask("demo", "DELETE /v2/images/no-such-image");
    },
  },
];
