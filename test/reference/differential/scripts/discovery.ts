import type { Script } from "../script.ts";

const versionPaths = [
  "/",
  "/versions",
  "/versions/more",
  "/v1",
  "/v1/images",
  "/images",
  "/v9.9/images",
  "/v2.99/images",
];
const aliases = ["v2.0", "v2.1", "v2.2", "v2.3", "v2.4", "v2.5", "v2.6", "v2.7", "v2.9", "v2.15"];
const schemas = ["image", "images", "member", "members", "nothing"];

export const discovery: readonly Script[] = [
  {
    name: "versions",
    run: async ({ ask }) => {
      for (const path of versionPaths) {
        for (const caller of ["no token", "demo", "garbage token"] as const) await ask(caller, `GET ${path}`);
      }
      for (const method of ["POST", "DELETE", "OPTIONS"]) {
        await ask("no token", `${method} /`);
        await ask("no token", `${method} /versions`);
        await ask("no token", `${method} /v1/images`);
      }
      for (const caller of ["demo", "no token"] as const) {
        await ask(caller, "GET /v2");
        await ask(caller, "GET /v2/");
        await ask(caller, "GET /v2.1");
        await ask(caller, "GET /healthcheck");
      }
    },
  },
  {
    name: "version aliases",
    run: async ({ ask, image }) => {
      const id = await image();
      for (const version of aliases) {
        await ask("demo", `GET /${version}/images/${id}`);
        await ask("no token", `GET /${version}/images/${id}`);
      }
      for (const accept of ["application/vnd.openstack.images-v2.0", "application/vnd.openstack.images-v9"]) {
        await ask("demo", `GET /images/${id}`, { accept });
        await ask("demo", `GET /v2/images/${id}`, { accept });
      }
    },
  },
  {
    name: "schemas",
    run: async ({ ask }) => {
      for (const name of schemas) await ask("demo", `GET /v2/schemas/${name}`);
      await ask("demo-reader", "GET /v2/schemas/image");
      await ask("no token", "GET /v2/schemas/image");
      await ask("demo", "GET /v2/schemas");
      await ask("demo", "GET /v2/schemas/image/more");
    },
  },
  {
    name: "info",
    run: async ({ ask }) => {
      for (const name of ["import", "stores", "stores/detail", "usage", "nothing"]) {
        for (const caller of ["admin", "demo", "demo-reader", "no token"] as const) {
          await ask(caller, `GET /v2/info/${name}`);
        }
      }
      await ask("demo", "GET /v2/info");
    },
  },
  {
    name: "request ids",
    run: async ({ ask }) => {
      const withId = (id: string) => ({ headers: { "X-Openstack-Request-Id": id } });
      await ask("demo", "GET /v2/images?limit=0", withId("req-of-the-caller"));
      await ask("demo", "GET /v2/images?limit=0", withId("without-prefix"));
      await ask("demo", "GET /v2/images/nothing", withId("req-of-a-failure"));
      await ask("demo", "GET /v2/images?limit=0", withId("x".repeat(60)));
      await ask("demo", "GET /v2/images?limit=0", withId("x".repeat(64)));
      await ask("demo", "GET /v2/images?limit=0", withId("x".repeat(65)));
      await ask("no token", "GET /v2/images", withId("req-of-nobody"));
      await ask("no token", "GET /versions", withId("req-of-nobody"));
    },
  },
];
