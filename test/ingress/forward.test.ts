import { randomBytes } from "node:crypto";
import http from "node:http";
import { expect, test } from "vitest";
import { ask, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const json = { "content-type": "application/json" };

test("a request goes to the endpoint after its prefix, the answer comes back as it is", async () => {
  const { service, url } = await startRig();
  service.other = (request, response) => {
    const { headers } = request;
    const seen: Buffer[] = [];
    request
      .on("data", (chunk) => seen.push(chunk))
      .on("end", () =>
        response
          .writeHead(201, {
            ...json,
            "x-thing": ["1", "2"],
            "x-openstack-request-id": "req-api",
            connection: "x-hop",
            "x-hop": "1",
          })
          .end(
            JSON.stringify({
              url: request.url,
              method: request.method,
              headers,
              body: Buffer.concat(seen).toString(),
            }),
          ),
      );
  };
  const answer = await ask(url, {
    method: "POST",
    path: "/v2/images?name=a%20b&x=%2e%2e",
    headers: { "x-auth-token": "user-token", connection: "x-mine", "x-mine": "1", te: "trailers" },
    body: Buffer.from("{}"),
  });
  const seen = JSON.parse(answer.text);
  expect(seen).toMatchObject({ url: "/prod/v2/images?name=a%20b&x=%2e%2e", method: "POST", body: "{}" });
  expect(seen.headers).toMatchObject({
    host: new URL(service.endpoint).host,
    "x-auth-token": "user-token",
    "content-length": "2",
    "x-openstack-request-id": expect.stringMatching(/^req-/),
  });
  expect(seen.headers).not.toHaveProperty("x-mine");
  expect(seen.headers).not.toHaveProperty("te");
  expect(answer.status).toBe(201);
  expect(answer.headers).toMatchObject({ "x-thing": "1, 2", "x-openstack-request-id": "req-api" });
  expect(answer.headers).not.toHaveProperty("x-hop");
});

test("bodies are streamed both ways", async () => {
  const { service, url } = await startRig();
  service.other = (request, response) => {
    response.writeHead(200);
    request.pipe(response);
  };
  const data = randomBytes(5_000_000).toString("latin1");
  const answer = await ask(url, { method: "POST", path: "/v2/tasks", body: [Buffer.from(data, "latin1")] });
  expect(Buffer.byteLength(answer.text)).toBe(Buffer.byteLength(Buffer.from(data, "latin1").toString()));
});

test("what API Gateway renames gets its name back, and leads to the ingress", async () => {
  const { service, url } = await startRig();
  service.other = (_, response) =>
    response
      .writeHead(401, {
        "x-amzn-remapped-www-authenticate": `Keystone uri="${service.endpoint}/v3"`,
        "x-amzn-remapped-content-md5": "abc",
        "x-amzn-remapped-connection": "close",
        "x-amzn-remapped-content-length": "1",
      })
      .end();
  const { headers } = await ask(url, { path: "/v2/images" });
  expect(headers).toMatchObject({ "www-authenticate": `Keystone uri="${url}/v3"`, "content-md5": "abc" });
  expect(Object.keys(headers).filter((name) => name.startsWith("x-amzn"))).toEqual([]);
});

test("a challenge of another Keystone, or of another kind, stays as it is", async () => {
  const { service, url } = await startRig();
  for (const challenge of ['Keystone uri="https://keystone.example/v3"', "Bearer"]) {
    service.other = (_, response) => response.writeHead(401, { "www-authenticate": challenge }).end();
    expect((await ask(url, { path: "/v2/images" })).headers["www-authenticate"]).toBe(challenge);
  }
});

test("X-Forwarded-For is the client's address, whatever it says itself", async () => {
  const { service, url } = await startRig();
  const seen: unknown[] = [];
  service.other = ({ headers }, response) => {
    seen.push(headers["x-forwarded-for"]);
    response.end();
  };
  await ask(url, { path: "/v3", headers: { "x-forwarded-for": "6.6.6.6" } });
  await ask(url, { path: "/v3" });
  expect(seen).toEqual(["127.0.0.1", "127.0.0.1"]);
});

test.each([
  ["/", 300],
  ["/versions", 200],
  ["/v2", 200],
  ["/v2/versions", 200],
  ["/v1/anything", 300],
])("the version document at %s leads to the ingress", async (path, status) => {
  const { service, url } = await startRig();
  const document = (base: string) => ({
    versions: [{ id: "v2.9", links: [{ rel: "self", href: `${base}/v2/` }] }],
  });
  service.other = (_, response) =>
    response.writeHead(status, json).end(JSON.stringify(document("https://public.example/prod")));
  const answer = await ask(url, { path });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toEqual(document(url));
});

test("a catalog leads to the ingress for image and identity, and nowhere else", async () => {
  const { service } = await startRig();
  const { url } = await startRig({ endpoint: service.endpoint, publicUrl: "https://ingress.example/glance" });
  const catalog = (base: string) => [
    {
      type: "image",
      endpoints: [
        { interface: "public", url: base },
        { interface: "admin", url: base },
      ],
    },
    { type: "identity", endpoints: [{ interface: "public", url: `${base}/v3` }] },
    { type: "compute", endpoints: [{ interface: "public", url: "https://nova.example/v2.1" }] },
  ];
  service.other = (request, response) =>
    response
      .writeHead(201, { ...json, "x-subject-token": "jwt" })
      .end(
        JSON.stringify(
          request.url?.endsWith("catalog")
            ? { catalog: catalog(service.endpoint) }
            : { token: { catalog: catalog(service.endpoint) } },
        ),
      );
  const token = await ask(url, { method: "POST", path: "/v3/auth/tokens", body: Buffer.from("{}") });
  expect(token.headers["x-subject-token"]).toBe("jwt");
  expect(JSON.parse(token.text).token.catalog).toEqual(catalog("https://ingress.example/glance"));
  const shown = await ask(url, { path: "/v3/auth/catalog" });
  expect(JSON.parse(shown.text).catalog).toEqual(catalog("https://ingress.example/glance"));
});

test("Location: of a new resource and of the API's redirects the ingress, of presigned URLs untouched", async () => {
  const { service, url } = await startRig();
  let answer: [number, string] = [0, ""];
  service.other = (_, response) => response.writeHead(answer[0], { location: answer[1] }).end();
  const location = async (status: number, text: string) => {
    answer = [status, text];
    const seen = await ask(url, { path: "/v2/images/1/file" });
    expect(seen.status).toBe(status);
    return seen.headers.location;
  };
  expect(await location(201, "https://public.example/prod/v2/images/1")).toBe(`${url}/v2/images/1`);
  expect(await location(302, `${service.endpoint}/v2/images/1`)).toBe(`${url}/v2/images/1`);
  const presigned = "https://bucket.s3.example/v2/x?X-Amz-Signature=1";
  expect(await location(302, presigned)).toBe(presigned);
});

test("HEAD, 204 and 304 have no body and do not hold the connection up", async () => {
  const { service, url } = await startRig();
  service.other = (request, response) =>
    response
      .writeHead(Number(request.url?.slice(-3)), request.method === "HEAD" ? { "content-length": "5" } : {})
      .end();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  expect(await ask(url, { method: "HEAD", path: "/v2/200", agent })).toMatchObject({
    status: 200,
    text: "",
    headers: { "content-length": "5" },
  });
  for (const path of ["/v2/204", "/v2/304"]) {
    expect(await ask(url, { path, agent })).toMatchObject({ status: Number(path.slice(-3)), text: "" });
  }
  agent.destroy();
});

test("an answer that comes before the end of the body is seen by who sends all first", async () => {
  const { service, url } = await startRig();
  service.other = (_, response) => response.writeHead(413, { connection: "close" }).end("too large");
  const body = Buffer.alloc(12_000_000);
  const client = raw(url, "POST /v2/images HTTP/1.1", "Host: x", `Content-Length: ${body.length}`);
  await new Promise<void>((resolve, reject) =>
    client.socket.write(body, (error) => (error ? reject(error) : resolve())),
  );
  expect(await client.until("HTTP/1.1 413 ")).toMatch(/^HTTP\/1.1 413 /);
  client.socket.destroy();
});

test("an answer that breaks off is not passed on as a whole one", async () => {
  const { service, url } = await startRig();
  service.other = (_, response) => {
    response.writeHead(200, { "content-length": "10" }).write("123");
    setTimeout(() => response.destroy(), 20);
  };
  await expect(ask(url, { path: "/v2/images" })).rejects.toThrow();
});

test("a kept connection that the endpoint has closed is not the client's affair", async () => {
  const { service, url } = await startRig();
  service.other = (request, response) => {
    response.end("ok");
    response.once("finish", () => setImmediate(() => request.socket.destroy()));
  };
  for (let count = 0; count < 20; count++) expect((await ask(url, { path: "/v2/images" })).status).toBe(200);
});

test.each([
  "/../admin",
  "/v2/%2e%2e/%2E%2e/other-stage",
  "/v2/..%2fx",
  "/v2/./x",
  "*",
  "http://other.example/../x",
])("%s does not get past the endpoint's prefix", async (target) => {
  const { service, url } = await startRig();
  const client = raw(url, `GET ${target} HTTP/1.1`, "Host: x", "Connection: close");
  expect(await client.until("</html>")).toMatch(/^HTTP\/1.1 400 /);
  expect(service.apiCalls).toEqual([]);
});

test.each([
  ["http://other.example:1/v2/images?x=1", "/prod/v2/images"],
  ["//other.example/v2", "/prod//other.example/v2"],
  ["http://other.example", "/prod/"],
])("%s is asked of the endpoint, whatever host it names", async (target, path) => {
  const { service, url } = await startRig();
  const client = raw(url, `GET ${target} HTTP/1.1`, "Host: x", "Connection: close");
  await client.until("404");
  expect(service.apiCalls.map((call) => call.path)).toEqual([path]);
});
