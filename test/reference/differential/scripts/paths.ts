import type { Script } from "../script.ts";

const known: readonly { readonly path: string; readonly allowed: readonly string[] }[] = [
  { path: "/images", allowed: ["GET", "POST"] },
  { path: "/images/{id}", allowed: ["GET", "PATCH", "DELETE"] },
  { path: "/images/{id}/file", allowed: ["GET", "PUT"] },
  { path: "/images/{id}/stage", allowed: ["PUT"] },
  { path: "/images/{id}/actions/deactivate", allowed: ["POST"] },
  { path: "/images/{id}/actions/reactivate", allowed: ["POST"] },
  { path: "/images/{id}/tags/one", allowed: ["PUT", "DELETE"] },
  { path: "/images/{id}/members", allowed: ["GET", "POST"] },
  { path: "/images/{id}/members/someone", allowed: ["GET", "PUT", "DELETE"] },
  { path: "/schemas/image", allowed: ["GET"] },
  { path: "/schemas/images", allowed: ["GET"] },
  { path: "/schemas/member", allowed: ["GET"] },
  { path: "/schemas/members", allowed: ["GET"] },
  { path: "/info/import", allowed: ["GET"] },
  { path: "/info/stores", allowed: ["GET"] },
  { path: "/info/stores/detail", allowed: ["GET"] },
  { path: "/info/usage", allowed: ["GET"] },
];
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const unknown = [
  "/v2/nothing",
  "/v2/images/",
  "/v2/images/{id}/",
  "/v2/images/{id}/file/",
  "/v2/images/{id}/nothing",
  "/v2/images/{id}/file/more",
  "/v2/images/{id}/actions",
  "/v2/images/{id}/actions/nothing",
  "/v2/images/{id}/tags",
  "/v2/images/{id}/tags/",
  "/v2/images/{id}/tags/one/two",
  "/v2/images/{id}/members/",
  "/v2/images/{id}/members/one/two",
  "/v2/schemas/",
  "/v2/schemas/image/",
  "/v2/info/",
  "/v2/info/import/",
  "/v2//images",
  "/v2/Images",
];

/** Those routes that take no body, with a method of theirs (routes.json). */
const bodyless = [
  "GET /v2/images/{id}",
  "DELETE /v2/images/{id}",
  "GET /v2/images/{id}/file",
  "POST /v2/images/{id}/actions/deactivate",
  "POST /v2/images/{id}/actions/reactivate",
  "PUT /v2/images/{id}/tags/one",
  "DELETE /v2/images/{id}/tags/one",
  "GET /v2/images/{id}/members",
  "GET /v2/images/{id}/members/someone",
  "DELETE /v2/images/{id}/members/someone",
  "GET /v2/schemas/image",
  "GET /v2/schemas/images",
  "GET /v2/schemas/member",
  "GET /v2/schemas/members",
  "GET /v2/info/import",
];

export const paths: readonly Script[] = [
  {
    name: "wrong methods",
    run: async ({ ask, image }) => {
      const id = await image();
      for (const { path, allowed } of known) {
        for (const method of methods.filter((one) => !allowed.includes(one))) {
          await ask("demo", `${method} /v2${path.replace("{id}", id)}`);
        }
      }
    },
  },
  {
    name: "wrong methods of those who may nothing",
    run: async ({ ask, image }) => {
      const id = await image({ visibility: "private" });
      for (const caller of ["no token", "garbage token", "alt", "demo-reader", "glance"] as const) {
        await ask(caller, "DELETE /v2/images");
        await ask(caller, `POST /v2/images/${id}`);
        await ask(caller, "POST /v2/images/no-such-image/file");
        await ask(caller, "PUT /v2/schemas/image");
      }
      for (const method of ["PURGE", "LOCK", "REPORT"]) {
        await ask("demo", `${method} /v2/images`);
        await ask("demo", `${method} /v2/images/${id}`);
        await ask("demo", `${method} /v2/nothing`);
      }
    },
  },
  {
    name: "unknown paths",
    run: async ({ ask, image }) => {
      const id = await image();
      for (const path of unknown) {
        await ask("demo", `GET ${path.replace("{id}", id)}`);
        await ask("no token", `GET ${path.replace("{id}", id)}`);
      }
      for (const method of methods) {
        await ask("demo", `${method} /v2/nothing`);
        await ask("demo", `${method} /v2/images/${id}/nothing`);
        await ask("demo", `${method} /v2/images/${id}/file/`);
      }
    },
  },
  {
    name: "ids in paths",
    run: async ({ ask, image }) => {
      const id = await image();
      const odd = [
        "no-such-image",
        id.toUpperCase(),
        `${id}%20`,
        "%20",
        "a%2Fb",
        "%00",
        "a".repeat(300),
        "%C3%A4",
        "..",
        "*",
      ];
      for (const text of odd) {
        await ask("demo", `GET /v2/images/${text}`);
        await ask("demo", `DELETE /v2/images/${text}`);
        await ask("demo", `GET /v2/images/${text}/file`);
      }
    },
  },
  {
    name: "bodies where none is expected",
    run: async ({ ask, active }) => {
      const id = await active({ visibility: "shared" });
      for (const line of bodyless) {
        for (const where of new Set([id, "no-such-image"])) {
          if (!line.includes("{id}") && where !== id) continue;
          await ask("demo", line.replace("{id}", where), { body: "{}", type: "application/json" });
        }
        await ask("demo-reader", line.replace("{id}", id), { body: "text" });
        await ask("no token", line.replace("{id}", id), { body: "text" });
      }
      await ask("demo", "GET /v2/images?limit=0", { body: "{}" });
      await ask("demo", "GET /v2/images?limit=0", { body: "no JSON" });
    },
  },
];
