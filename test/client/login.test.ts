import { randomUUID } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CloudSettings } from "../../client/openstack/cloud-settings.ts";
import { imageService } from "../../client/openstack/image-service.ts";
import { openSession } from "../../client/openstack/session.ts";
import { usualTls } from "../../client/openstack/tls-settings.ts";
import { explain } from "../../client/terminal/explain.ts";
import { type Connections, createConnections } from "../../client/transfer/connections.ts";

const never = new AbortController().signal;
let connections: Connections;
let server: http.Server;
let url: string;
let logins: unknown[];
/** Path and token of each call to the image API. */
let calls: string[];
let valid: string;
let isCut: (call: number) => boolean;
const image = { id: "i", status: "queued", size: null, name: "n" };

beforeEach(async () => {
  [logins, calls, valid, isCut] = [[], [], "token-1", () => false];
  connections = createConnections();
  server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const send = (status: number, value: unknown, headers = {}) => {
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(value));
    };
    if (request.url === "/identity/v3/auth/tokens") {
      logins.push(JSON.parse(body));
      if (body.includes("wrong")) return send(401, { error: { code: 401, message: "bad password" } });
      const endpoints = [{ interface: "public", region: "R", url: `${url}/prod/v2` }];
      return send(
        201,
        { token: { catalog: [{ type: "image", endpoints }] } },
        { "x-subject-token": `token-${logins.length}` },
      );
    }
    calls.push(`${request.method} ${request.url} ${request.headers["x-auth-token"]}`);
    if (isCut(calls.length)) return response.destroy();
    if (request.headers["x-auth-token"] !== valid) return send(401, { message: "expired" });
    if (request.method === "POST" && calls.filter((call) => call.startsWith("POST")).length > 1)
      return send(409, {});
    if (request.url?.startsWith("/prod/v2/images?")) {
      const isFirst = !request.url.includes("marker");
      return send(200, { images: [image], ...(isFirst ? { next: "/v2/images?marker=i" } : {}) });
    }
    return send(request.method === "POST" ? 201 : 200, image);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  connections.close();
  server.close().closeAllConnections();
});

const settings = (password = "right"): CloudSettings => ({
  source: "cloud x",
  authType: "v3password",
  auth: { auth_url: `${url}/identity`, username: "u", password, project_name: "p" },
  region: "R",
  interface: "public",
  serviceType: "image",
  serviceName: undefined,
  imageEndpoint: undefined,
  tls: usualTls,
});
const service = async () =>
  imageService(await openSession(settings(), connections, never), connections, never);

it("logs in at an unversioned address and finds the image service in the catalog", async () => {
  const images = await service();
  expect(images.session.endpoint).toBe(`${url}/prod`);
  expect((await images.show("i")).name).toBe("n");
  expect(calls).toEqual(["GET /prod/v2/images/i token-1"]);
});

it("logs in again when the token has expired, once for all who find out", async () => {
  const images = await service();
  valid = "token-2";
  await Promise.all([images.show("i"), images.show("i"), images.show("i")]);
  expect(logins.length).toBe(2);
});

it("a refused login is one clear line without the password", async () => {
  const error = await openSession(settings("wrong"), connections, never).catch((thrown: unknown) => thrown);
  const { message, exitCode } = explain(error);
  expect(message).toMatch(/refused the login with cloud x: bad password/);
  expect(message).not.toContain("wrong");
  expect(exitCode).toBe(1);
});

it("pages are followed after the endpoint's prefix", async () => {
  const ids: string[] = [];
  for await (const { id } of (await service()).list([])) ids.push(id);
  expect(ids).toEqual(["i", "i"]);
  expect(calls[1]).toBe("GET /prod/v2/images?marker=i token-1");
});

it("a create whose answer was lost finds its image instead of making a second one", async () => {
  isCut = (call) => call === 1;
  expect((await (await service()).create(randomUUID(), { name: "n" })).id).toBe("i");
  expect(calls.map((call) => call.split(" ")[0])).toEqual(["POST", "POST", "GET"]);
});
