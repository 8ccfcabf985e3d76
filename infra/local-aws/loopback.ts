import { createServer as createTcpServer, type Server } from "node:net";

const host = "127.0.0.1";

/** Listens on 127.0.0.1 at the port wished for, or at any free one when that is busy; answers the port. */
export async function listen(server: Server, wished: number): Promise<number> {
  return (await tryListen(server, wished)) ?? (await tryListen(server, 0)) ?? 0;
}

/** Listens on 127.0.0.1 at exactly this port (0: any). Undefined when another process has it. */
export function tryListen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off("listening", onListening);
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    };
    const onListening = () => {
      server.off("error", onError);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : undefined);
    };
    server.once("error", onError);
    server.once("listening", onListening);
    server.listen(port, host);
  });
}

/** Keeps a port for later; undefined when another process has it. `release` just before the port is needed. */
export async function holdPort(port: number): Promise<{ release(): Promise<void> } | undefined> {
  const holder = createTcpServer((socket) => socket.destroy());
  if ((await tryListen(holder, port)) === undefined) return undefined;
  return { release: () => closeServer(holder) };
}

/** The port if nobody listens on it now, else 0 (any). */
export async function ifFree(port: number): Promise<number> {
  const held = await holdPort(port);
  await held?.release();
  return held ? port : 0;
}

/** Stops accepting, ends idle connections, gives calls under way a moment, then ends them, too. */
export async function closeServer(
  server: Server & { closeIdleConnections?(): void; closeAllConnections?(): void },
  graceMilliseconds = 500,
): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections?.();
  const timer = setTimeout(() => server.closeAllConnections?.(), graceMilliseconds);
  await closed;
  clearTimeout(timer);
}
