import { connect, type Socket } from "node:net";
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
