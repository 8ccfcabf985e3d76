import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { retrying } from "../../client/protocol/retry.ts";
import { createConnections } from "../../client/transfer/connections.ts";
import { exchange } from "../../client/transfer/exchange.ts";
import { isPassing } from "../../client/transfer/transfer-api.ts";
import { createMachine, type Machine } from "./imagectl-process.ts";

const policy = { attempts: 10, baseMs: 250, capMs: 15_000 };
let machine: Machine;
let server: http.Server;
let url: string;
let answers: number[];
beforeAll(async () => {
  machine = createMachine({});
  server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(answers.shift() ?? 200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server?.close().closeAllConnections();
  machine?.remove();
});

async function freedPort(): Promise<number> {
  const taken = net.createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, "close");
  return port;
}

/** A call as all commands make them: how long it took, how often it was tried, and how it ended. */
async function call(address: string, connections = createConnections()) {
  const began = performance.now();
  let tries = 0;
  const run = () => {
    tries += 1;
    const request = { method: "GET", url: new URL(address), headers: {}, idleMs: 5000, maxAnswerBytes: 1000 };
    return exchange(connections, request);
  };
  const error = await retrying(run, { policy, isTransient: isPassing }).catch((thrown: Error) => thrown);
  return { tries, ms: performance.now() - began, message: error instanceof Error ? error.message : "" };
}

it("a dead port is told within two seconds on the first call", async () => {
  const { ms, message, tries } = await call(`http://127.0.0.1:${await freedPort()}/`);
  expect(ms).toBeLessThan(2000);
  expect(tries).toBeGreaterThan(1);
  expect(message).toMatch(/cannot be reached: nothing listens there \(ECONNREFUSED\)/);
});

it("what a repeat cannot mend fails at once", async () => {
  const port = new URL(url).port;
  for (const [address, why] of [
    ["http://no-such-host.invalid/", /cannot be reached: (there is no such name|names cannot be looked up)/],
    [`https://127.0.0.1:${port}/`, /does not speak TLS/],
  ] as const) {
    const { tries, message } = await call(address);
    expect(message).toMatch(why);
    // Where no name server answers at all, nobody can tell a wrong name.
    if (!message.includes("looked up")) expect(tries, address).toBe(1);
  }
});

it("a server that has answered once is waited for, whatever becomes of it", async () => {
  const mortal = http.createServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(mortal, "listening");
  const address = `http://127.0.0.1:${(mortal.address() as AddressInfo).port}/`;
  const connections = createConnections();
  await call(address, connections);
  mortal.close().closeAllConnections();
  const error = await exchange(connections, {
    ...{ method: "GET", url: new URL(address), headers: {}, idleMs: 5000, maxAnswerBytes: 1000 },
  }).catch((thrown: unknown) => thrown);
  expect(isPassing(error, 9)).toBe(true);
});

it("a command says why it tries again, and ends at once on a 4xx or without a listener", async () => {
  const cloud = (address: string) => ["--os-image-endpoint", address, "--debug"];
  const env = { OS_AUTH_TYPE: "admin_token", OS_ENDPOINT: url, OS_TOKEN: "t" };
  const user = createMachine(env);
  answers = [500, 503];
  const repeated = await user.run("image", "show", "x", ...cloud(url));
  expect(repeated.stderr).toContain(
    "the image service refused (500): HTTP status 500, trying again, 2 of 10",
  );
  answers = [403];
  const refused = await user.run("image", "show", "x", ...cloud(url));
  expect(refused.stderr).not.toContain("trying again");
  expect(refused.stderr.match(/debug:/g)).toHaveLength(1);
  const dead = `http://127.0.0.1:${await freedPort()}`;
  const nobody = await user.run("image", "show", "x", ...cloud(dead));
  expect([nobody.code, nobody.stderr]).toEqual([
    1,
    expect.stringContaining("nothing listens there (ECONNREFUSED)"),
  ]);
  user.remove();
});
