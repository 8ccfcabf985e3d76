import { lookup } from "node:dns";
import { resolve4 } from "node:dns/promises";
import { once } from "node:events";
import { createServer, get } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { expect, test } from "vitest";

// An address of documentation (RFC 5737): were the guard not there, nobody would answer.
const nobody = "192.0.2.1";
const refused = /reaches only servers that it opens itself \(test\/network-guard\.ts\)/;

test.each([
  ["a socket", () => connect(80, nobody)],
  ["a socket by options", () => connect({ host: nobody, port: 80 })],
  ["a name", () => connect(80, "example.org")],
  ["TLS", () => connectSecurely({ host: nobody, port: 443 })],
  ["HTTP", () => get(`http://${nobody}/`)],
  ["this machine, where the test has no server", () => connect(9)],
  ["an address", () => lookup("example.org", () => undefined)],
])("a unit test that asks for %s is told where it may go", (_, ask) => {
  expect(ask).toThrow(refused);
});

test("what waits for its answer is told so too", async () => {
  await expect(fetch(`http://${nobody}/`)).rejects.toMatchObject({
    cause: { message: expect.stringMatching(refused) },
  });
  await expect((async () => resolve4("example.org"))()).rejects.toThrow(refused);
});

test("a server of the test's own is reached, and no other machine for that", async () => {
  const server = createServer((_, answer) => answer.end("here"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("here");
  expect(() => connect(80, nobody)).toThrow(refused);
  server.close();
});
