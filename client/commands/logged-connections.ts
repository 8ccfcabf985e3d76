import type { Connections } from "../transfer/connections.ts";

/**
 * Connections that tell what is asked and answered. Queries and headers are never told: they hold signatures and
 * tokens; of storage only the host.
 */
export function logged(
  connections: Connections,
  tell: ((line: string) => void) | undefined,
  shown: "path" | "host",
): Connections {
  if (!tell) return connections;
  return {
    answered: connections.answered,
    onRepeat: connections.onRepeat,
    close: () => connections.close(),
    request: (url, options) => {
      const began = performance.now();
      const what = `${options.method} ${url.host}${shown === "path" ? url.pathname : ""}`;
      const after = () => `after ${Math.round(performance.now() - began)} ms`;
      return connections
        .request(url, options)
        .on("response", ({ statusCode }) => tell(`debug: ${what}: ${statusCode} ${after()}`))
        .on("error", (error: NodeJS.ErrnoException) =>
          tell(`debug: ${what}: ${error.code ?? "broken"} ${after()}`),
        );
    },
  };
}
