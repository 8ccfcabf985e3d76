import type { CallerName } from "../../rbac/callers.ts";
import type { Script } from "../script.ts";
import type { Session } from "../session.ts";

const everybody: readonly CallerName[] = ["admin", "demo", "demo-reader", "alt", "glance", "no token"];

interface CacheDocument {
  readonly cached_images: readonly Record<string, unknown>[];
  readonly queued_images: readonly string[];
}

/** What is compared of the list: times differ by nature, and hits by when they are written down. */
function comparable(document: CacheDocument, ids: ReadonlyMap<string, number>) {
  const isOurs = (id: unknown): id is string => typeof id === "string" && ids.has(id);
  const forms = document.cached_images
    .filter(({ image_id }) => isOurs(image_id))
    .map(({ image_id, size, hits, last_accessed, last_modified }) => ({
      image_id,
      size,
      hits: typeof hits,
      last_accessed: typeof last_accessed,
      last_modified: typeof last_modified,
    }))
    .sort((one, other) => (ids.get(String(one.image_id)) ?? 0) - (ids.get(String(other.image_id)) ?? 0));
  return { cached: forms, queued: document.queued_images.filter(isOurs) };
}

const cacheOf = (session: Session) => {
  const { ask, silently, ids, exchanges } = session;
  const cached = async (id: string): Promise<boolean> => {
    const { json } = await silently(() => ask("admin", "GET /v2/cache"));
    return (json as CacheDocument).cached_images.some(({ image_id }) => image_id === id);
  };
  return {
    queue: (caller: CallerName, id: string) => ask(caller, `PUT /v2/cache/${id}`),
    remove: (caller: CallerName, id: string) => ask(caller, `DELETE /v2/cache/${id}`),
    clear: (caller: CallerName, target?: string) =>
      ask(caller, "DELETE /v2/cache", {
        ...(target !== undefined && { headers: { "x-image-cache-clear-target": target } }),
      }),
    /** The list as one exchange, of this script's images only. */
    list: async (caller: CallerName) => {
      const { status, json } = await ask(caller, "GET /v2/cache");
      const whole = exchanges.pop();
      if (!whole) return;
      const body =
        status === 200
          ? Buffer.from(JSON.stringify(comparable(json as CacheDocument, ids)))
          : whole.answer.body;
      exchanges.push({ ...whole, answer: { ...whole.answer, body } });
    },
    /** Until both have it: each in its own time. */
    isCached: async (id: string): Promise<void> => {
      for (let tries = 0; tries < 100 && !(await cached(id)); tries++)
        await new Promise((wake) => setTimeout(wake, 200));
    },
  };
};

/** The cache with each caller's rights, what becomes of its entries, and odd requests. */
export const cache: readonly Script[] = [
  {
    name: "rights on the cache",
    run: async (session) => {
      const { queue, remove, clear, list, isCached } = cacheOf(session);
      const [own, hidden] = [await session.active(), await session.image({ visibility: "private" }, "alt")];
      const missing = session.uuid(1);
      for (const caller of everybody) {
        await list(caller);
        for (const id of [own, hidden, missing]) {
          const { status } = await queue(caller, id);
          // Glance copies behind the answer, and puts it in after it was taken out.
          if (status === 202) await isCached(id);
          await remove(caller, id);
        }
        await clear(caller, "queue");
        await clear(caller, "neither");
      }
    },
  },
  {
    name: "life of a cached image",
    run: async (session) => {
      const { queue, remove, clear, list, isCached } = cacheOf(session);
      await session.silently(() => clear("admin"));
      const [one, other] = [await session.active(), await session.active()];
      await list("admin");
      await queue("admin", one);
      await isCached(one);
      await list("admin");
      await queue("admin", one);
      await list("glance");
      await session.ask("demo", `GET /v2/images/${other}/file`);
      await isCached(other);
      await list("admin");
      await remove("admin", one);
      await list("admin");
      await remove("admin", one);
      await clear("admin", "queue");
      await list("admin");
      await clear("admin", "CACHE");
      await list("admin");
      await queue("admin", one);
      await isCached(one);
      await session.ask("demo", `DELETE /v2/images/${one}`);
      await remove("admin", one);
      await queue("admin", one);
      await clear("admin");
      await clear("admin");
      await list("admin");
    },
  },
  {
    name: "images that cannot be cached",
    run: async (session) => {
      const { queue, remove, list } = cacheOf(session);
      const queued = await session.image();
      const deactivated = await session.active();
      await session.ask("admin", `POST /v2/images/${deactivated}/actions/deactivate`);
      for (const id of [queued, deactivated]) {
        for (const caller of ["admin", "demo", "glance"] as const) await queue(caller, id);
        await list("admin");
        await remove("admin", id);
      }
      for (const id of ["nothing", "x".repeat(300), "..%2f", "%00"].slice(0, 2)) {
        await queue("admin", id);
        await remove("admin", id);
      }
    },
  },
  {
    name: "unusual requests to the cache",
    run: async (session) => {
      const { clear } = cacheOf(session);
      const id = await session.active();
      for (const target of ["", "Queue", "qUEUE", " queue", "both", "cache,queue", "cache queue", "0"])
        await clear("admin", target);
      for (const method of ["POST", "PUT", "PATCH", "HEAD"])
        await session.ask("admin", `${method} /v2/cache`);
      for (const method of ["POST", "GET", "PATCH", "HEAD"])
        for (const caller of ["admin", "demo", "no token"] as const)
          await session.ask(caller, `${method} /v2/cache/${id}`);
      for (const path of ["cache/", `cache/${id}/`, `cache/${id}/more`, "cached_images/", "Cache"])
        for (const caller of ["demo", "no token"] as const) await session.ask(caller, `GET /v2/${path}`);
      for (const version of ["v2.0", "v2.14", "v2.16"]) {
        await session.ask("demo", `GET /${version}/cache`);
        await session.ask("demo", `GET /${version}/images/${id}`);
      }
      for (const accept of [null, "text/html", "application/json", "text/plain"])
        await session.ask("demo", "GET /v2/cache", { accept });
      await session.ask("admin", "GET /v2/cache", { json: { a: 1 } });
      await session.ask("admin", "GET /v2/cache?limit=1&marker=x", { accept: "application/json" });
      session.exchanges.pop();
    },
  },
];
