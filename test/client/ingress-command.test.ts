import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine, type Machine, until } from "./imagectl-process.ts";

let machine: Machine;
let endpoint: http.Server;
let port: number;
beforeAll(async () => {
  machine = createMachine({});
  endpoint = http.createServer((_, response) => response.writeHead(200).end("{}")).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  port = (endpoint.address() as AddressInfo).port;
});
afterAll(() => {
  endpoint?.close().closeAllConnections();
  machine?.remove();
});

it("says that the port is taken, or the address not this machine's", async () => {
  const taken = await machine.run("ingress", "--endpoint", "http://127.0.0.1:1", "--listen", String(port));
  expect(taken.stderr).toContain(`imagectl: port ${port} on 127.0.0.1 is taken by another program`);
  expect(taken.code).toBe(2);
  const foreign = ["--listen", "0", "--host", "192.0.2.1"];
  const elsewhere = await machine.run("ingress", "--endpoint", "http://127.0.0.1:1", ...foreign);
  expect(elsewhere.stderr).toContain("port 0 on 192.0.2.1 is no address of this machine");
});

it("takes the options of the program: allowed origins and a journal", async () => {
  const started = machine.start(
    ...["ingress", "--endpoint", `http://127.0.0.1:${port}`, "--listen", "0", "--journal", "journal"],
    ...["--allowed-origin", "https://console.example,https://other.example"],
  );
  const url = await until(() => /listening on (\S+)/.exec(started.stderr())?.[1]);
  const refusedPath = { headers: { origin: "https://other.example" } };
  const { headers } = await fetch(`${url}/v2/images`, refusedPath);
  expect(headers.get("access-control-allow-origin")).toBe("https://other.example");
  started.process.kill("SIGINT");
  expect((await started.ended).code).toBe(0);
  const wrong = ["--allowed-origin", "console.example"];
  const { code, stderr } = await machine.run("ingress", "--endpoint", url, "--listen", "0", ...wrong);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--allowed-origin: expected origins")]);
});
