import { type AddressInfo, createServer, type Socket } from "node:net";

/** Takes connections and whatever comes over them, and never answers. `requests`: how many have come. */
export async function silentListener(port = 0) {
  let requests = 0;
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket
      .on("error", () => undefined)
      .on("close", () => sockets.delete(socket))
      .on("data", (data) => {
        requests += Number(data.includes("HTTP/1.1"));
      });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    requests: () => requests,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
