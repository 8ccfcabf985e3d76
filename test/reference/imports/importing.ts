import type { AskOptions, Reply, Session } from "../differential/session.ts";
import type { CallerName } from "../rbac/callers.ts";

const PATIENCE_MS = 40_000;
const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

export const formats = { disk_format: "raw", container_format: "bare" };
export const everybody: readonly CallerName[] = ["admin", "demo", "demo-reader", "alt", "no token"];

export const direct = { method: { name: "glance-direct" } };
export const copying = (...stores: string[]) => ({ method: { name: "copy-image" }, stores });
export const fetching = (uri: unknown) => ({ method: { name: "web-download", uri } });

/** The calls of imports, of one session. */
export function importing(session: Session) {
  const { ask, image, silently, named } = session;

  const start = (caller: CallerName, id: string, json: unknown, options: AskOptions = {}): Promise<Reply> =>
    ask(caller, `POST /v2/images/${id}/import`, { json, ...options });

  /** An image with bytes that are staged. */
  const staged = async (
    attributes: Record<string, unknown> = {},
    body: string | Buffer = "bytes",
    caller: CallerName = "demo",
  ): Promise<string> => {
    const id = await image({ ...formats, ...attributes }, caller);
    await ask(caller, `PUT /v2/images/${id}/stage`, { body });
    return id;
  };

  /** Gives the image's tasks names that are the same on both servers, by the order in which they began. */
  const nameTasks = async (id: string): Promise<readonly string[]> => {
    const { json } = await silently(() => ask("admin", `GET /v2/images/${id}/tasks`));
    const tasks: { id: string; created_at: string }[] = [...(json?.tasks ?? [])];
    tasks.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
    for (const [at, task] of tasks.entries())
      named.set(task.id, `{task ${at + 1} of image ${session.ids.get(id)}}`);
    return tasks.map((task) => task.id);
  };

  /** Waits until no import holds the image; not compared. */
  const settled = async (id: string): Promise<void> => {
    const began = Date.now();
    for (;;) {
      const { status, json } = await silently(() => ask("admin", `GET /v2/images/${id}`));
      if (status !== 200 || json.os_glance_import_task === undefined) break;
      if (Date.now() - began > PATIENCE_MS) break;
      await pause(50);
    }
    // A task ends a moment after it has let go of its image.
    await pause(100);
    await nameTasks(id);
  };

  /** What has become of the image and of its tasks, as its owner and as an admin see it. */
  const outcome = async (id: string, caller: CallerName = "demo"): Promise<void> => {
    await settled(id);
    await ask(caller, `GET /v2/images/${id}`);
    await ask(caller, `GET /v2/images/${id}/tasks`);
  };

  /** Starts an import, waits for its end and looks at it. */
  const whole = async (
    id: string,
    json: unknown,
    options: AskOptions = {},
    caller: CallerName = "demo",
  ): Promise<void> => {
    await start(caller, id, json, options);
    await outcome(id, caller);
  };

  return { start, staged, nameTasks, settled, outcome, whole };
}
