import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createBoundedServer } from "../local-aws/bounded-server.ts";
import { closeServer } from "../local-aws/loopback.ts";
import type { EventMembers, Scheduler } from "../local-aws/schedules/scheduler.ts";

/** Longest path of a Unix socket on all systems (sun_path has 104 bytes on macOS, 108 on Linux). */
const longestSocketPath = 103;

/** Where the runtime of this home is spoken to: a socket in the home, a named pipe on Windows. */
export function controlPath(directory: string): string {
  const id = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\glance-${id}`;
  const inside = join(directory, "control.sock");
  return Buffer.byteLength(inside) <= longestSocketPath ? inside : join(tmpdir(), `glance-${id}.sock`);
}

/**
 * Lets the home's owner fire jobs: `POST /jobs/NAME`, with members for the job's event as JSON or without a body,
 * answers 200 with the function's result, 500 with its error, 404 with the names there are.
 */
export async function startControl(path: string, scheduler: Scheduler): Promise<{ close(): Promise<void> }> {
  const server = createBoundedServer({}, (request, response) => {
    answer(request, response, scheduler).catch(() => response.destroy());
  });
  // The home is locked, so a socket that lies there belongs to a runtime that was killed.
  if (process.platform !== "win32") rmSync(path, { force: true });
  const listening = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", resolve);
  });
  // The socket is made within the call, for its owner only from the first moment on; nothing else runs meanwhile.
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  await listening;
  return { close: () => closeServer(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  scheduler: Scheduler,
): Promise<void> {
  const name = /^\/jobs\/([\w-]+)$/.exec(request.url ?? "")?.[1];
  const isJob = request.method === "POST" && name !== undefined && scheduler.names.includes(name);
  const run = isJob ? scheduler.fire(name, await membersIn(request)) : undefined;
  if (!run) {
    response.writeHead(404).end(JSON.stringify({ jobs: scheduler.names }));
    return;
  }
  const outcome = await run;
  if (outcome.ok) response.writeHead(200).end(outcome.payload);
  else response.writeHead(500).end(JSON.stringify(outcome.error));
}

/** Undefined without a body. Only the home's owner gets here, with `npm run job`. */
async function membersIn(request: IncomingMessage): Promise<EventMembers | undefined> {
  const body = await text(request);
  return body === "" ? undefined : (JSON.parse(body) as EventMembers);
}
