import type { Script } from "../differential/script.ts";
import type { CallerName } from "../rbac/callers.ts";

const everybody: readonly CallerName[] = ["admin", "demo", "demo-reader", "alt", "no token"];
const formats = { disk_format: "raw", container_format: "bare" };
const hex = (digit: string, length: number): string => digit.repeat(length);

/** What is asked of stores and of places of data. `source` is data at another host, which both may read. */
export const storeScripts = (source: string): readonly Script[] => [
  {
    name: "stores, told",
    run: async ({ ask }) => {
      for (const caller of everybody)
        for (const path of ["info/stores", "info/stores/detail"]) {
          await ask(caller, `GET /v2/${path}`);
          await ask(caller, `POST /v2/${path}`);
        }
      for (const path of ["info/stores", "info/stores/detail"]) {
        await ask("demo", `GET /v2/${path}`, { body: "x" });
        await ask("admin", `GET /v2/${path}/`);
        for (const method of ["PUT", "PATCH", "DELETE", "HEAD"]) await ask("admin", `${method} /v2/${path}`);
        for (const version of ["v2.8", "v2.10", "v2.13", "v2.15"])
          await ask("admin", `GET /${version}/${path}`);
      }
    },
  },
  {
    name: "uploads to stores",
    run: async ({ ask, image }) => {
      for (const store of [
        "fast",
        "cheap",
        "web",
        "nowhere",
        "FAST",
        "fast ",
        "os_glance_tasks_store",
        "fast,cheap",
      ]) {
        const id = await image(formats);
        const headers = { "X-Image-Meta-Store": store };
        for (const caller of ["alt", "demo-reader", "no token", "demo"] as const)
          await ask(caller, `PUT /v2/images/${id}/file`, { body: "bytes", headers });
        await ask("demo", `GET /v2/images/${id}`);
        await ask("alt", `GET /v2/images/${id}`);
        await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes", headers });
        await ask("demo", "PUT /v2/images/no-such-image/file", { body: "bytes", headers });
        await ask("demo", `GET /v2/images/${id}/file`);
        await ask("demo", `DELETE /v2/images/${id}`);
      }
      const id = await image({});
      for (const store of ["fast", "nowhere"])
        await ask("demo", `PUT /v2/images/${id}/file`, {
          body: "x",
          headers: { "X-Image-Meta-Store": store },
        });
      const plain = await image(formats);
      await ask("demo", `PUT /v2/images/${plain}/file`, { body: "bytes" });
      await ask("demo", `GET /v2/images/${plain}`);
      for (const caller of ["demo", "admin"] as const) {
        await ask("demo", `POST /v2/images/${plain}/actions/deactivate`);
        await ask(caller, `GET /v2/images/${plain}`);
        await ask("demo", `POST /v2/images/${plain}/actions/reactivate`);
      }
    },
  },
  {
    name: "deletion from stores",
    run: async ({ ask, image, patch }) => {
      const queued = await image(formats);
      const one = await image(formats);
      await ask("demo", `PUT /v2/images/${one}/file`, { body: "bytes" });
      const two = await image(formats);
      await ask("demo", `PUT /v2/images/${two}/file`, {
        body: "bytes",
        headers: { "X-Image-Meta-Store": "cheap" },
      });
      await patch("demo", two, [{ op: "add", path: "/locations/-", value: { url: source, metadata: {} } }]);
      for (const caller of everybody)
        for (const store of ["nowhere", "fast", "web"])
          for (const id of [queued, one, "no-such-image"])
            await ask(caller, `DELETE /v2/stores/${store}/${id}`);
      for (const method of ["GET", "POST", "PUT", "PATCH", "HEAD"])
        await ask("admin", `${method} /v2/stores/fast/${one}`);
      await ask("admin", `DELETE /v2/stores/fast/${one}`, { body: "x" });
      await ask("demo", `POST /v2/images/${two}/actions/deactivate`);
      await ask("admin", `DELETE /v2/stores/web/${two}`);
      await ask("demo", `POST /v2/images/${two}/actions/reactivate`);
      await ask("admin", `DELETE /v2/stores/fast/${two}`);
      await ask("demo", `DELETE /v2/stores/web/${two}`);
      await ask("admin", `DELETE /v2/stores/web/${two}`);
      await ask("admin", `GET /v2/images/${two}`);
      await ask("admin", `DELETE /v2/stores/cheap/${two}`);
      await ask("demo", `GET /v2/images/${two}/file`);
    },
  },
  {
    name: "places added",
    run: async ({ ask, image, patch }) => {
      const add = (url: unknown, position = "-", metadata: unknown = {}, more = {}) => [
        { op: "add", path: `/locations/${position}`, value: { url, metadata, ...more } },
      ];
      for (const status of ["queued", "active"]) {
        for (const url of [
          "file:///etc/passwd",
          "filesystem:///etc/passwd",
          "swift+config://a/b/c",
          "nothing://x/y",
          "nonsense",
          "",
          5,
          null,
          `${source}x/missing`,
          `http://127.0.0.1:1/refused`,
          `http://${"x".repeat(260)}/`,
        ]) {
          const id = await image(formats);
          if (status === "active") await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
          await patch("demo", id, add(url));
        }
        const id = await image(formats);
        if (status === "active") await ask("demo", `PUT /v2/images/${id}/file`, { body: "bytes" });
        for (const position of ["x", "-1", "1.5", ""]) await patch("demo", id, add(source, position));
        for (const metadata of [null, "text", [], 5]) await patch("demo", id, add(source, "-", metadata));
        for (const more of [
          { other: 1 },
          { validation_data: {} },
          { validation_data: { os_hash_algo: "sha512" } },
        ])
          await patch("demo", id, add(source, "-", {}, more));
        for (const caller of ["alt", "demo-reader"] as const) await patch(caller, id, add(source));
        await patch("demo", id, add(source, "0", { zone: "a" }));
        await patch("demo", id, add(source, "0", { zone: "a" }));
        await patch("demo", id, add(source, "99", { zone: "b" }));
        await ask("demo", `GET /v2/images/${id}`);
        await ask("admin", `GET /v2/images/${id}`);
        await ask("alt", `GET /v2/images/${id}`);
      }
      const bare = await image({});
      await patch("demo", bare, add(source));
    },
  },
  {
    name: "hashes that come with places",
    run: async ({ ask, image, patch }) => {
      const sha512 = hex("a", 128);
      for (const validation_data of [
        { os_hash_algo: "sha512", os_hash_value: sha512 },
        { checksum: hex("b", 32), os_hash_algo: "sha512", os_hash_value: sha512 },
        { checksum: hex("z", 32), os_hash_algo: "sha512", os_hash_value: sha512 },
        { checksum: "bb", os_hash_algo: "sha512", os_hash_value: sha512 },
        { os_hash_algo: "sha256", os_hash_value: hex("a", 64) },
        { os_hash_algo: "sha512", os_hash_value: hex("z", 128) },
        { os_hash_algo: "sha512", os_hash_value: hex("a", 126) },
        { os_hash_algo: "sha512", os_hash_value: hex("a", 130) },
        { os_hash_value: sha512 },
        { os_hash_algo: "sha512", os_hash_value: sha512, other: 1 },
      ]) {
        const value = { url: source, metadata: {}, validation_data };
        for (const change of [
          { op: "add", path: "/locations/-", value },
          { op: "replace", path: "/locations", value: [value] },
        ]) {
          const id = await image(formats);
          await patch("demo", id, [change]);
          await ask("demo", `GET /v2/images/${id}`);
          await patch("demo", id, [change]);
        }
      }
    },
  },
  {
    name: "places replaced and removed",
    run: async ({ ask, image, patch }) => {
      const id = await image(formats);
      const replace = (value: unknown) => [{ op: "replace", path: "/locations", value }];
      const at = (metadata: unknown, url: unknown = source) => ({ url, metadata });
      for (const value of [[], {}, "text", null, [5], [at({}, "file:///etc/passwd")], [at({}), at({})]])
        await patch("demo", id, replace(value));
      await patch("demo", id, replace([at({ zone: "a" })]));
      await patch("demo", id, replace([at({ zone: "b" })]));
      await patch("demo", id, replace([at({}, `${source}?other`)]));
      await patch("demo", id, replace([at({}), at({}, `${source}?other`)]));
      await ask("demo", `GET /v2/images/${id}`);
      const remove = (position: string) => [{ op: "remove", path: `/locations/${position}` }];
      for (const caller of ["demo", "admin", "alt", "demo-reader"] as const)
        await patch(caller, id, remove("0"));
      await patch("demo", id, [
        { op: "add", path: "/locations/-", value: at({ zone: "c" }, `${source}?other`) },
      ]);
      for (const position of ["x", "-1", "", "0/1"]) await patch("admin", id, remove(position));
      await patch("demo", id, remove("0"));
      await patch("admin", id, remove("7"));
      await ask("admin", `GET /v2/images/${id}`);
      await patch("admin", id, remove("-"));
      for (const path of ["/locations", "/locations/0/url"])
        for (const op of ["add", "remove", "replace"])
          await patch("admin", id, [{ op, path, value: at({}) }]);
      for (const path of ["/direct_url", "/stores"])
        for (const op of ["add", "replace", "remove"]) await patch("demo", id, [{ op, path, value: "x" }]);
      const queued = await image(formats);
      await patch("admin", queued, remove("0"));
      await ask("demo", `POST /v2/images/${id}/actions/deactivate`);
      for (const caller of ["demo", "admin"] as const) {
        await ask(caller, `GET /v2/images/${id}`);
        await patch(caller, id, [{ op: "add", path: "/locations/-", value: at({ zone: "d" }) }]);
      }
      for (const name of ["locations", "direct_url", "stores"])
        await ask("demo", "POST /v2/images", { json: { [name]: name === "locations" ? [at({})] : "x" } });
    },
  },
];
