import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createBoundedServer } from "../bounded-server.ts";
import { listen } from "../loopback.ts";

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));

it("gives up heads that do not end, though a request may take any time", async () => {
  const server = createBoundedServer(
    { requestTimeout: 0, headersTimeout: 200, connectionsCheckingInterval: 50 },
    () => undefined,
  );
  onTestFinished(() => void server.close());
  const port = await listen(server, 0);
  const halves = ["", "GET / HTTP/1.1\r\nHost:"].map((text) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).write(text);
    return socket.resume();
  });
  await Promise.all(halves.map(closed));
});

it("has bounds for heads and connections by itself, whatever else is asked of it", () => {
  for (const options of [{}, { requestTimeout: 0 }]) {
    const server = createBoundedServer(options, () => undefined);
    expect(server.headersTimeout).toBeGreaterThan(0);
    expect(server.maxConnections).toBeGreaterThan(0);
  }
});

it("is what every server of the local runtime is made with", () => {
  const root = join(import.meta.dirname, "../../..");
  const sources = ["infra", "functions", "client", "shared"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name) && !entry.parentPath.includes("/test"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const own = sources.filter((file) =>
    /createServer[^;]*from "node:https?"|https?\.createServer/.test(readFileSync(file, "utf8")),
  );
  expect(own.map((file) => file.slice(root.length + 1)).sort()).toEqual([
    // Bounded by its own limits (test/ingress/connections.test.ts).
    "client/ingress/http-server.ts",
    "infra/local-aws/bounded-server.ts",
  ]);
});
