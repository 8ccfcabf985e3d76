import { expect, test, vi } from "vitest";
import { ask, eventually, putHead, type RawConnection, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const closed = ({ socket }: RawConnection) =>
  new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });

test("heads that do not end are given up, all of them, and so are connections without any", async () => {
  const { url } = await startRig({ limits: { headMs: 300 } });
  const began = Date.now();
  const slow = Array.from({ length: 100 }, (_, n) => {
    const client = raw(url);
    if (n % 2 === 0) client.socket.write("PUT /v2/images/a/file HTTP/1.1\r\nHost: a\r\nX-A: ");
    return client;
  });
  const drip = setInterval(() => slow[0]?.socket.write("a"), 20);
  const [answer] = await Promise.all([slow[0]?.until("</html>"), ...slow.map(closed)]);
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(Date.now() - began).toBeLessThan(4000);
});

test("a body may take longer than a head", async () => {
  const { service, url } = await startRig({ limits: { headMs: 100 } });
  const id = service.addImage();
  const client = raw(url, ...putHead(id, "Content-Length: 3"));
  for (const byte of ["a", "b", "c"]) {
    client.socket.write(byte);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  expect(await client.until("204")).toContain("204 No Content");
  client.socket.destroy();
});

test("a kept connection is closed when it stays idle", async () => {
  const { service, url } = await startRig({ limits: { keepAliveMs: 100 } });
  service.other = (_, response) => response.end("{}");
  const client = raw(url, "GET /v2/images HTTP/1.1", "Host: a");
  expect(await client.until("{}")).toMatch(/keep-alive/i);
  await closed(client);
});

test.each([
  ["in all", { maxConnections: 5, maxConnectionsPerAddress: 0 }],
  ["from one address", { maxConnectionsPerAddress: 5 }],
])(
  "above so many connections %s the next are refused with a text, and taken when one ends",
  async (_, limits) => {
    const { service, url } = await startRig({ limits });
    service.other = (_request, response) => response.end("{}");
    const held = Array.from({ length: 5 }, () => raw(url, "GET /v2/images HTTP/1.1", "Host: a"));
    for (const { until } of held) await until("{}");
    const refused = raw(url);
    expect(await refused.until("</html>")).toMatch(/^HTTP\/1.1 429 [\s\S]*Too many connections/);
    await closed(refused);
    held[0]?.socket.destroy();
    await eventually(() => held[0]?.socket.destroyed === true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask(url, { path: "/v2/images" })).status).toBe(200);
    for (const { socket } of held) socket.destroy();
  },
);

test("slow bodies of other requests are in no upload's way", async () => {
  const { service, url } = await startRig();
  service.other = () => undefined;
  const slow = Array.from({ length: 140 }, () => {
    const client = raw(url, "POST /v2/images HTTP/1.1", "Host: a", "Content-Length: 100");
    client.socket.write("x");
    return client;
  });
  await vi.waitFor(() => expect(service.apiCalls.length).toBe(140), { timeout: 20_000 });
  const client = raw(url, ...putHead(service.addImage(), "Content-Length: 1"));
  client.socket.write("x");
  expect(await client.until("204")).toContain("204 No Content");
  for (const { socket } of [client, ...slow]) socket.destroy();
});

test("a body that is passed on has to come in time", async () => {
  const { service, url } = await startRig({ limits: { forwardMs: 300 } });
  service.other = () => undefined;
  const client = raw(url, "POST /v2/images HTTP/1.1", "Host: a", "Content-Length: 1000");
  const drip = setInterval(() => client.socket.write("x"), 50);
  expect(await client.until("</html>")).toMatch(/^HTTP\/1.1 408 [\s\S]*took longer/);
  clearInterval(drip);
  client.socket.destroy();
});

test("a client that does not take its answer is not waited for", async () => {
  const { service, url } = await startRig({ limits: { farewellMs: 100, rewriteBytes: 32 * 1024 ** 2 } });
  const links = { versions: [{ id: "x".repeat(24 * 1024 ** 2), links: [] }] };
  service.other = (_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(links));
  const client = raw(url, "GET /v2/versions HTTP/1.1", "Host: a");
  client.socket.pause();
  await eventually(() => service.apiCalls.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  client.socket.resume();
  await closed(client);
  expect(client.socket.bytesRead).toBeLessThan(24 * 1024 ** 2);
});
