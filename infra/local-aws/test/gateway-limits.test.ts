import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { gatewayUnderTest } from "./gateway-under-test.ts";

const { call, port } = gatewayUnderTest();

describe("what the gateway says itself", () => {
  it.each(["/", "/v2/books", "/production/v2/books"])(
    "outside the stage (%s): 403 Forbidden",
    async (path) => {
      expect(await call(path)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    },
  );

  it("an unknown route: MISSING_AUTHENTICATION_TOKEN", async () => {
    const answer = await call("/prod/nothing");
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
    expect(answer.headers["x-amzn-errortype"]).toBe("MissingAuthenticationTokenException");
  });

  it("headers over 10,240 bytes in all are refused", async () => {
    expect((await call("/prod/v2/books", { headers: { "X-Long": "x".repeat(10_240) } })).status).toBe(431);
    expect((await call("/prod/v2/books", { headers: { "X-Long": "x".repeat(9_000) } })).status).toBe(200);
  });

  it.each([
    ["announced", { "Content-Length": String(10 * 1024 * 1024 + 1) }],
    ["chunked", { "Transfer-Encoding": "chunked" }],
  ])(
    "a body over 10 MB (%s): the API's own REQUEST_TOO_LARGE, and the client gets to see it",
    async (_, headers) => {
      const answer = await call("/prod/v2/books", {
        method: "PUT",
        headers,
        body: Buffer.alloc(10 * 1024 * 1024 + 1),
      });
      expect(answer).toMatchObject({
        status: 413,
        body: '{"error":{"message":"Request Too Long","code":413}}',
      });
      expect(answer.headers).toMatchObject({ "x-fixed": "yes", connection: "close" });
      expect(answer.headers["x-app-request-id"]).toBe(answer.headers["x-amzn-requestid"]);
    },
  );

  it("more than Lambda's 6 MB is REQUEST_TOO_LARGE, too", async () => {
    const answer = await call("/prod/v2/books", { method: "PUT", body: Buffer.alloc(5 * 1024 * 1024) });
    expect(answer.status).toBe(413);
  });

  it("a client that goes away in the middle of its body harms nobody", async () => {
    const socket = connect(port(), "127.0.0.1");
    socket.write("PUT /prod/v2/books HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    await once(socket, "connect");
    socket.destroy();
    expect((await call("/prod/v2/books")).status).toBe(200);
  });

  const put = "PUT /prod/v2/books HTTP/1.1\r\nHost: x\r\n";
  it.each([
    ["a coding besides chunked", 501, `${put}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`],
    ["two Host headers", 400, `${put}Host: y\r\nContent-Length: 3\r\n\r\nabc`],
    ["no Host header", 400, "GET /prod/v2/books HTTP/1.1\r\n\r\n"],
    [
      "two lengths",
      400,
      `${put}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    ],
    [
      "HTTP/1.0 with a coding",
      400,
      `${put.replace("1.1", "1.0")}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
  ])("%s reaches no function", async (_, status, text) => {
    expect(await exchange(text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it("a client that closes its side after the request gets its answer", async () => {
    expect(await exchange(`${put}Content-Length: 3\r\n\r\nabc`)).toMatch(/^HTTP\/1.1 200 /);
  });
});

/** Sends exactly this, closes its side, and reads to the end. */
async function exchange(text: string): Promise<string> {
  const socket = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
  socket.end(text);
  let seen = "";
  for await (const chunk of socket) seen += chunk;
  return seen;
}
