import net from "node:net";
import { expect, test } from "vitest";
import { eventually, putHead, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const line = (id: string, version = "1.1") => `PUT /v2/images/${id}/file HTTP/${version}`;
const login = ["X-Auth-Token: user-token", "Content-Type: application/octet-stream"];
const chunks = "3\r\nabc\r\n0\r\n\r\n";
const put = (id: string, ...headers: string[]) => [...putHead(id), ...headers].join("\r\n");
const bare = (id: string, version: string, ...headers: string[]) =>
  [line(id, version), ...login, ...headers].join("\r\n");

type Make = (id: string) => string;
const coded =
  (coding: string): Make =>
  (id) =>
    `${put(id, `Transfer-Encoding: ${coding}`)}\r\n\r\n${chunks}`;

test.each<[string, number, Make]>([
  ["gzip before chunked", 501, coded("gzip, chunked")],
  [
    "the same in two headers",
    501,
    (id) => `${put(id, "Transfer-Encoding: gzip", "Transfer-Encoding: chunked")}\r\n\r\n${chunks}`,
  ],
  ["gzip alone", 501, coded("gzip")],
  ["identity", 501, coded("identity")],
  ["chunked before gzip", 501, coded("chunked, gzip")],
  ["chunked twice", 501, coded("chunked, chunked")],
  ["nothing before chunked", 501, coded(",chunked")],
  ["nothing after chunked", 501, coded("chunked,")],
  ["a coding that ends like chunked", 501, coded("xchunked")],
  ["two Host headers", 400, (id) => `${put(id, "Host: other", "Content-Length: 3")}\r\n\r\nabc`],
  ["two equal Host headers", 400, (id) => `${put(id, "Host: ingress.test", "Content-Length: 3")}\r\n\r\nabc`],
  ["no Host", 400, (id) => `${bare(id, "1.1", "Content-Length: 3")}\r\n\r\nabc`],
  ["a Host that is none", 400, (id) => `${bare(id, "1.1", "Host: a/b@c", "Content-Length: 3")}\r\n\r\nabc`],
  [
    "Transfer-Encoding in HTTP/1.0",
    400,
    (id) => `${bare(id, "1.0", "Host: a", "Transfer-Encoding: chunked")}\r\n\r\n${chunks}`,
  ],
  ["HTTP/2.0", 505, (id) => `${bare(id, "2.0", "Host: a", "Content-Length: 3")}\r\n\r\nabc`],
  ["HTTP/1.2", 400, (id) => `${bare(id, "1.2", "Host: a", "Content-Length: 3")}\r\n\r\nabc`],
  [
    "Content-Length and Transfer-Encoding",
    400,
    (id) => `${put(id, "Content-Length: 3", "Transfer-Encoding: chunked")}\r\n\r\n${chunks}`,
  ],
  [
    "the same the other way round",
    400,
    (id) => `${put(id, "Transfer-Encoding: chunked", "Content-Length: 3")}\r\n\r\n${chunks}`,
  ],
  ["two Content-Lengths", 400, (id) => `${put(id, "Content-Length: 3", "Content-Length: 3")}\r\n\r\nabc`],
  ["a list of Content-Lengths", 400, (id) => `${put(id, "Content-Length: 3, 3")}\r\n\r\nabc`],
  ["a signed Content-Length", 400, (id) => `${put(id, "Content-Length: +3")}\r\n\r\nabc`],
  ["a folded header", 400, (id) => `${put(id, "X-A: a", " b", "Content-Length: 3")}\r\n\r\nabc`],
  ["a blank before the colon", 400, (id) => `${put(id, "Content-Length : 3")}\r\n\r\nabc`],
  ["bare LF", 400, (id) => `${put(id, "Content-Length: 3").replaceAll("\r", "")}\n\nabc`],
  [
    "bare LF in chunks",
    400,
    (id) => `${put(id, "Transfer-Encoding: chunked")}\r\n\r\n${chunks.replaceAll("\r", "")}`,
  ],
  ["no number as a chunk's size", 400, (id) => `${put(id, "Transfer-Encoding: chunked")}\r\n\r\nxyz\r\n`],
  [
    "endless chunk extensions",
    413,
    (id) => `${put(id, "Transfer-Encoding: chunked")}\r\n\r\n3;${"x".repeat(20_000)}\r\nabc\r\n`,
  ],
  ["another expectation", 417, (id) => `${put(id, "Expect: tea", "Content-Length: 3")}\r\n\r\nabc`],
  ["CONNECT", 501, () => "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n"],
  ["a target that is no path", 400, () => "GET other HTTP/1.1\r\nHost: a\r\n\r\n"],
  [
    "too many headers",
    431,
    (id) =>
      `${put(id, "Content-Length: 3", ...Array.from({ length: 101 }, (_, n) => `X-${n}: 1`))}\r\n\r\nabc`,
  ],
  ["too large a head", 431, (id) => `${put(id, `X-A: ${"a".repeat(17_000)}`)}\r\n\r\n`],
])("%s is refused with a text, stores nothing and closes the connection", async (_, status, make) => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const client = raw(url);
  client.socket.write(make(id));
  const seen = await client.until("never");
  expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(seen).toContain("</html>");
  expect(seen).toMatch(/^x-openstack-request-id: req-/im);
  await eventually(() => service.image(id).status === "queued");
  expect([...service.transfers.values()].filter(({ state }) => state !== "aborted")).toEqual([]);
});

test.each<[string, Make]>([
  ["HTTP/1.0 without a Host", (id) => `${bare(id, "1.0", "Content-Length: 3")}\r\n\r\nabc`],
  [
    "a target in absolute form",
    (id) => `${put(id, "Content-Length: 3").replace("PUT ", "PUT http://ingress.test")}\r\n\r\nabc`,
  ],
  [
    "chunk extensions and trailers",
    (id) =>
      `${put(id, "Transfer-Encoding: Chunked", "Trailer: X-T")}\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
  ],
  [
    "an upgrade that is not wanted",
    (id) => `${put(id, "Connection: Upgrade", "Upgrade: h2c", "Content-Length: 3")}\r\n\r\nabc`,
  ],
  // Glance stores the body as it comes, too: the coding is the image's own.
  ["Content-Encoding", (id) => `${put(id, "Content-Encoding: gzip", "Content-Length: 3")}\r\n\r\nabc`],
])("%s is no fault", async (_, make) => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const client = raw(url);
  client.socket.write(make(id));
  expect(await client.until("204 ")).toMatch(/^HTTP\/1.1 204 /);
  client.socket.destroy();
  expect(service.bytesOf(id).toString()).toBe("abc");
});

test.each(["PUT", "GET"])("a client that closes its side after a %s gets its answer", async (method) => {
  const { service, url } = await startRig();
  const id = service.addImage();
  service.completionPolls = 3;
  service.other = (_, response) => void setTimeout(() => response.end("late"), 100);
  const { hostname, port } = new URL(url);
  const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let seen = "";
  socket.on("data", (chunk) => {
    seen += chunk;
  });
  socket.end(
    method === "PUT" ? `${put(id, "Content-Length: 3")}\r\n\r\nabc` : "GET /v2/x HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  await eventually(() => socket.readableEnded);
  expect(seen).toContain(method === "PUT" ? "204 No Content" : "late");
  socket.destroy();
});
