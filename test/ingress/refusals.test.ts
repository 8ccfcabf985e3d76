import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ask, eventually, put, putHead, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const MIB = 1024 * 1024;

/** Sends all of a chunked body before it looks at the answer, as python-glanceclient does. */
async function sendAllThenLook(url: string, imageId: string, chunks: number, ...headers: string[]) {
  const client = raw(url, ...putHead(imageId, "Transfer-Encoding: chunked", ...headers));
  const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(MIB), Buffer.from("\r\n")]);
  for (let sent = 0; sent < chunks; sent++) {
    await new Promise<void>((resolve, reject) =>
      client.socket.write(chunk, (error) => (error ? reject(error) : resolve())),
    );
  }
  client.socket.write("0\r\n\r\n");
  return client;
}

test.each([401, 403, 409, 415])(
  "the API's %i reaches a client that sends all of its body first",
  async (status) => {
    const { service, url } = await startRig();
    service.apiFault = ({ headers }) => ({
      status,
      body: `<html>\n\nthe API's text for ${headers.accept}\n</html>`,
      headers: {
        "content-type": "text/html",
        "x-openstack-request-id": "req-of-the-api",
        "x-amzn-remapped-www-authenticate": `Keystone uri="${service.endpoint}/v3"`,
      },
    });
    const client = await sendAllThenLook(url, service.addImage(), 20, "Accept: */*");
    const seen = await client.until("</html>");
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(seen).toContain("the API's text for */*");
    expect(seen).toContain("x-openstack-request-id: req-of-the-api");
    expect(seen).toContain('www-authenticate: Keystone uri="http://ingress.test/v3"');
    // Drained: the connection is still good.
    client.socket.write("GET /v2/after HTTP/1.1\r\nHost: x\r\n\r\n");
    await eventually(() => service.apiCalls.some(({ path }) => path.endsWith("/after")));
    client.socket.destroy();
  },
);

test("own refusals come as JSON for those who name it and as HTML for all others, never as plain text", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const refused = (accept: Record<string, string>) =>
    ask(url, {
      method: "PUT",
      path: `/v2/images/${id}/file`,
      headers: { "x-auth-token": "user-token", ...accept },
      body: Buffer.from("x"),
    });
  const html = await refused({});
  expect(html.status).toBe(415);
  expect(html.headers["content-type"]).toMatch(/^text\/html/);
  expect(html.text.split("\n").length).toBeGreaterThan(3);
  const json = await refused({ accept: "application/json" });
  expect(json.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(json.text)).toMatchObject({ code: "415 Unsupported Media Type" });
  expect(service.apiCalls).toEqual([]);
});

test("a PUT without a token is refused by the API, whose challenge names the Keystone to log in at", async () => {
  const { service, url } = await startRig();
  const challenge = { "x-amzn-remapped-www-authenticate": 'Keystone uri="https://keystone.example/v3"' };
  service.apiFault = ({ headers }) =>
    headers["x-auth-token"] === "" ? { status: 401, body: "who are you", headers: challenge } : undefined;
  const answer = await ask(url, {
    method: "PUT",
    path: `/v2/images/${service.addImage()}/file`,
    headers: { "content-type": "text/plain" },
    body: randomBytes(100_000),
  });
  expect(answer).toMatchObject({ status: 401, text: "who are you" });
  expect(answer.headers["www-authenticate"]).toBe('Keystone uri="https://keystone.example/v3"');
  expect(service.apiCalls.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`)).toEqual([
    "POST transfers",
  ]);
});

test("a bearer token and a service's token go along when the transfer is opened", async () => {
  const { service, url } = await startRig();
  const answer = await ask(url, {
    method: "PUT",
    path: `/v2/images/${service.addImage()}/file`,
    headers: {
      authorization: "Bearer user-token",
      "x-service-token": "nova",
      "x-forwarded-for": "6.6.6.6",
      "content-type": "application/octet-stream",
    },
    body: randomBytes(10),
  });
  expect(answer.status).toBe(204);
  const [opening, ...others] = service.apiCalls.map(({ headers }) => headers);
  expect(opening).toMatchObject({
    "x-auth-token": "user-token",
    "x-service-token": "nova",
    "x-forwarded-for": "127.0.0.1",
  });
  for (const headers of others) expect(headers).not.toHaveProperty("x-service-token");
});

test.each([
  ["another Content-Type", { "content-type": "application/json" }, 415],
  ["no number as size", { "x-openstack-image-size": "many" }, 400],
  ["two sizes", { "x-openstack-image-size": "11" }, 400],
  [
    "more than S3 can store",
    { "x-openstack-image-size": "99999999999999", "transfer-encoding": "chunked" },
    413,
  ],
  [
    "more than memory can cut",
    { "x-openstack-image-size": `${6 * 1024 ** 4}`, "transfer-encoding": "chunked" },
    413,
  ],
])("%s is refused before any transfer", async (_, headers, status) => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const isChunked = "transfer-encoding" in headers;
  const body = isChunked ? [Buffer.from("0123456789")] : Buffer.from("0123456789");
  expect((await put(url, id, body, headers)).status).toBe(status);
  expect(service.apiCalls).toEqual([]);
});

test.each([500, 502, 503, 429, 301, 307])("the API's %i becomes a 500 for a PUT", async (status) => {
  const { service, url } = await startRig();
  service.apiFault = () => ({ status, headers: { location: "http://elsewhere/" } });
  const answer = await put(url, service.addImage(), randomBytes(10));
  expect(answer.status).toBe(500);
  expect(answer.headers.location).toBeUndefined();
  expect(answer.text).toContain(`the image API answered ${status}`);
});

test("an API that does not listen is a 500, one that is silent a 504", async () => {
  const { service, url } = await startRig({ limits: { apiIdleMs: 50 } });
  const id = service.addImage();
  service.other = () => undefined;
  service.apiFault = () => undefined;
  const silent = await startRig({ endpoint: `${service.endpoint}/../silent`, limits: { apiIdleMs: 50 } });
  expect((await put(silent.url, id, randomBytes(10))).status).toBe(504);
  await service.stop();
  expect((await put(url, id, randomBytes(10))).status).toBe(500);
  expect((await ask(url, { path: "/v2/images" })).status).toBe(502);
});

test("opening is repeated after 429 and not after an ambiguous failure", async () => {
  const { service, url } = await startRig();
  let calls = 0;
  service.apiFault = ({ path }) => (path.endsWith("/transfers") && ++calls < 3 ? { status: 429 } : undefined);
  expect((await put(url, service.addImage(), randomBytes(10))).status).toBe(204);
  calls = 0;
  service.apiFault = ({ path }) => (path.endsWith("/transfers") && ++calls < 3 ? "cut" : undefined);
  const answer = await put(url, service.addImage(), randomBytes(10));
  expect(answer.status).toBe(500);
  expect(answer.text).toContain("409");
  expect(calls).toBe(1);
});

test("the other calls are repeated; 401 after the opening is never the client's", async () => {
  const { service, url } = await startRig();
  const seen = new Map<string, number>();
  service.apiFault = ({ method, path }) => {
    const key = `${method} ${path}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (path.endsWith("/transfers") || count > 2) return undefined;
    return count === 1 ? "cut" : { status: 503 };
  };
  expect((await put(url, service.addImage(), randomBytes(10))).status).toBe(204);
  service.apiFault = ({ path }) => (path.endsWith("/complete") ? { status: 401 } : undefined);
  const id = service.addImage();
  expect((await put(url, id, randomBytes(10))).status).toBe(500);
  expect(service.image(id).status).toBe("queued");
});

test("a refusal at completion is passed on, and the image is queued again", async () => {
  const { service, url } = await startRig();
  const body = JSON.stringify({ message: "detected qcow2, not raw" });
  service.apiFault = ({ path }) =>
    path.endsWith("/complete")
      ? { status: 415, body, headers: { "content-type": "application/json" } }
      : undefined;
  const id = service.addImage();
  expect(await put(url, id, randomBytes(10))).toMatchObject({ status: 415, text: body });
  expect(service.image(id)).toEqual({ status: "queued" });
});

test("more uploads than --max-uploads get 429", async () => {
  const { service, url } = await startRig({ limits: { maxUploads: 1 } });
  const first = raw(url, ...putHead(service.addImage(), "Content-Length: 3"));
  first.socket.write("a");
  await eventually(() => service.transfers.size === 1);
  const refused = service.addImage();
  expect((await put(url, refused, randomBytes(10))).status).toBe(429);
  first.socket.write("bc");
  expect(await first.until("204")).toContain("204");
  first.socket.destroy();
  expect((await put(url, refused, randomBytes(10))).status).toBe(204);
});

test("a refused body beyond the drain limit is cut, and the rest of the file is not taken for an image", async () => {
  const { service, url } = await startRig({ limits: { drainBytes: 1000, lingerMs: 50 } });
  const id = service.addImage();
  service.apiFault = () => ({ status: 500 });
  const client = raw(url, ...putHead(id, "Content-Length: 5000"));
  client.socket.write("x");
  const seen = await client.until("never");
  expect(seen).toMatch(/^HTTP\/1.1 500 /);
  expect(seen).toMatch(/connection: close/i);
  service.apiFault = () => undefined;
  const rest = await put(url, id, randomBytes(4000));
  expect(rest.status).toBe(400);
  expect(rest.text).toContain("whole image");
  expect((await put(url, id, randomBytes(5000))).status).toBe(204);
});

test("the head cannot be read: an answer with a request id all the same", async () => {
  const { url } = await startRig();
  expect(await raw(url, "NONSENSE").until("</html>")).toMatch(
    /^HTTP\/1.1 400 [\s\S]*x-openstack-request-id: req-/,
  );
  const long = raw(url, "GET / HTTP/1.1", "Host: x", `X-Auth-Token: ${"a".repeat(20_000)}`);
  expect(await long.until("</html>")).toMatch(/^HTTP\/1.1 431 /);
});
