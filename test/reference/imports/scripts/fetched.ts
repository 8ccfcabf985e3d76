import type { Script } from "../../differential/script.ts";
import { fetching, formats, importing } from "../importing.ts";

/** Addresses that are looked at before a task is made. */
const refused: readonly unknown[] = [
  undefined,
  null,
  "",
  5,
  [],
  "nonsense",
  "file:///etc/passwd",
  "ftp://127.0.0.1/x",
  "http://",
  "http:///x",
  "http://127.0.0.1:22/x",
  "http://127.0.0.1:99999/x",
  "http://127.0.0.1:x/",
  "http://2130706433/x",
  "http://127.1/x",
  "http://0x7f.0.0.1/x",
  "http://169.254.169.254/latest",
  "http://[::1]/x",
  "http://[::ffff:127.0.0.1]/x",
  "http://127.0.0.1@10.0.0.1/x",
  "http://no-such-host.invalid/x",
  "HTTP://10.0.0.1/x",
  " http://10.0.0.1/x",
  "//127.0.0.1/x",
];

export const fetchedImports = (source: string): readonly Script[] => [
  {
    name: "addresses that are refused",
    run: async (session) => {
      const { ask, image } = session;
      const { start } = importing(session);
      const id = await image(formats);
      for (const uri of refused) await start("demo", id, fetching(uri));
      await ask("demo", `GET /v2/images/${id}`);
      await ask("demo", `GET /v2/images/${id}/tasks`);
    },
  },
  {
    name: "web-download",
    run: async (session) => {
      const { ask, image } = session;
      const { start, whole } = importing(session);
      const id = await image({ ...formats, name: "fetched" });
      for (const caller of ["no token", "alt", "demo-reader"] as const)
        await start(caller, id, fetching(`${source}/data`));
      await whole(id, fetching(`${source}/data`));
      await ask("demo", `GET /v2/images/${id}/file`);
      await start("demo", id, fetching(`${source}/data`));
      for (const path of ["to-data", "to-data-301", "to-data-307", "to-relative", "unsized", "data?a=b%20c"])
        await whole(await image(formats), fetching(`${source}/${path}`));
      await whole(await image({ ...formats, disk_format: "qcow2" }), fetching(`${source}/qcow2`));
      await whole(await image(formats, "admin"), fetching(`${source}/data`), {}, "admin");
    },
  },
  {
    name: "stores of what is fetched",
    run: async (session) => {
      const { image } = session;
      const { whole } = importing(session);
      const data = fetching(`${source}/data`);
      await whole(await image(formats), { ...data, stores: ["cheap"] });
      await whole(await image(formats), { ...data, stores: ["fast", "cheap"] });
      await whole(await image(formats), { ...data, all_stores: true });
      await whole(await image(formats), data, { headers: { "X-Image-Meta-Store": "cheap" } });
      await whole(await image(formats), {
        ...data,
        stores: ["web", "cheap"],
        all_stores_must_succeed: false,
      });
      await whole(await image(formats), { ...data, stores: ["cheap", "web"] });
    },
  },
  {
    name: "sources that fail",
    run: async (session) => {
      const { image } = session;
      const { whole } = importing(session);
      for (const path of ["404", "403", "500", "to-404", "to-port", "to-file", "loop", "cut", "short"])
        await whole(await image(formats), fetching(`${source}/${path}`));
      await whole(await image(formats), { ...fetching(`${source}/404`), all_stores: true });
      await whole(await image({ ...formats, disk_format: "qcow2" }), fetching(`${source}/data`));
    },
  },
  {
    name: "sources without data",
    run: async (session) => {
      const { image } = session;
      const { whole } = importing(session);
      for (const path of ["empty", "204"]) await whole(await image(formats), fetching(`${source}/${path}`));
    },
  },
  {
    name: "what comes after a source that failed",
    run: async (session) => {
      const { ask, image, patch } = session;
      const { whole } = importing(session);
      const id = await image(formats);
      await whole(id, { ...fetching(`${source}/404`), stores: ["fast", "cheap"] });
      await patch("demo", id, [{ op: "remove", path: "/os_glance_failed_import" }]);
      await patch("demo", id, [{ op: "replace", path: "/os_glance_failed_import", value: "" }]);
      await whole(id, { ...fetching(`${source}/data`), stores: ["cheap"] });
      await ask("demo", `GET /v2/images/${id}/file`);
      await ask("demo", `DELETE /v2/images/${id}`);
    },
  },
];
