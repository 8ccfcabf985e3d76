import type { LookupAddress } from "node:dns";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SourceFailed, SourceForbidden } from "../../../shared/fetch/fetch-errors.ts";
import type { ResolveAll } from "../../../shared/fetch/guarded-lookup.ts";
import { type SafeFetchOptions, safeFetch } from "../../../shared/fetch/safe-fetch.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server of this test that remembers what reached it. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: IncomingMessage[] = [];
  const http = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  closers.push(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  return { port, requests, url: `http://source.localhost:${port}` };
}

/** A server that speaks bytes of its own. */
async function rawServer(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((done) => tcp.listen(0, "127.0.0.1", done));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    tcp.close();
  });
  return `http://source.localhost:${(tcp.address() as AddressInfo).port}`;
}

const resolvesTo =
  (...addresses: string[]): ResolveAll =>
  (_, done) =>
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

function fetches(options: Partial<SafeFetchOptions> = {}) {
  const made = safeFetch({
    allowed_schemes: ["http", "https"],
    disallowed_schemes: [],
    allowed_hosts: [],
    disallowed_hosts: [],
    allowed_ports: [],
    disallowed_ports: [],
    import_allowed_networks: ["127.0.0.0/8"],
    maxRedirects: 3,
    maxHeaderBytes: 8192,
    firstByteMs: 1000,
    idleMs: 300,
    connectionsPerHost: 2,
    resolve: resolvesTo("127.0.0.1"),
    ...options,
  });
  closers.push(made.close);
  return made;
}

function fetcher(options: Partial<SafeFetchOptions> = {}) {
  const made = fetches(options);
  return async (uri: string, maxBytes = 1_000_000): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of (await made.fetch(uri, { maxBytes })).body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
}

describe("where a fetch goes", () => {
  it("is an allowed address: no other is reached, by whatever it is called", async () => {
    const { port, requests } = await server((_, response) => response.end("secret"));
    const closed = fetcher({ import_allowed_networks: [] });
    for (const uri of [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::ffff:7f00:1]:${port}/`,
    ])
      await expect(closed(uri)).rejects.toBeInstanceOf(SourceForbidden);
    expect(requests).toEqual([]);
  });

  it("is the address that was judged, though the name leads elsewhere a moment later", async () => {
    const { port, requests } = await server((_, response) => response.end("secret"));
    let asked = 0;
    // A first look would see a public address, a second one the machine itself.
    const rebinding: ResolveAll = (host, done) =>
      resolvesTo(asked++ === 0 ? "203.0.113.9" : "127.0.0.1")(host, done);
    const fetch = fetcher({ import_allowed_networks: [], resolve: rebinding });
    await expect(fetch(`http://rebind.localhost:${port}/`)).rejects.toBeInstanceOf(SourceForbidden);
    await expect(fetch(`http://rebind.localhost:${port}/`)).rejects.toBeInstanceOf(SourceForbidden);
    expect(requests).toEqual([]);
  });

  it("is one of the allowed addresses of a name that has others too", async () => {
    const { port } = await server((_, response) => response.end("bytes"));
    const fetch = fetcher({ resolve: resolvesTo("169.254.169.254", "fd00:ec2::254", "127.0.0.1") });
    expect(await fetch(`http://mixed.localhost:${port}/`)).toBe("bytes");
  });

  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "file:///etc/passwd",
    "http://user:secret@source.localhost/",
    "//169.254.169.254/",
    "gopher://127.0.0.1/",
  ])("is not where a redirect to %s leads", async (location) => {
    const { url, requests } = await server((_, response) => response.writeHead(302, { location }).end());
    await expect(fetcher()(`${url}/image`)).rejects.toBeInstanceOf(SourceForbidden);
    expect(requests.length).toBe(1);
  });

  it("is judged as a redirect writes it, also where it writes an allowed address in another form", async () => {
    const { port, url, requests } = await server(({ url: path }, response) =>
      path === "/image"
        ? response.writeHead(302, { location: `http://0x7f.1:${port}/` }).end()
        : response.end("bytes"),
    );
    await expect(fetcher()(`${url}/image`)).rejects.toBeInstanceOf(SourceForbidden);
    expect(requests.length).toBe(1);
  });

  it("is led on by redirects alone, and by each that leads anywhere", async () => {
    const { url } = await server(({ url: path }, response) => {
      if (path === "/a") response.writeHead(302, { location: "/b?to=http:c" }).end();
      else if (path === "/nowhere") response.writeHead(302).end();
      else response.writeHead(200, { location: "/nowhere" }).end("bytes");
    });
    expect(await fetcher()(`${url}/a`)).toBe("bytes");
    await expect(fetcher()(`${url}/nowhere`)).rejects.toThrow(/\/nowhere answers 302\.$/);
  });

  it("follows redirects, each with nothing of a caller's", async () => {
    const { url, requests } = await server(({ url: path }, response) => {
      if (path === "/a") response.writeHead(301, { location: "/b?c=d" }).end("ignored");
      else if (path === "/b?c=d") response.writeHead(307, { location: `${url}/image` }).end();
      else response.end("bytes");
    });
    expect(await fetcher()(`${url}/a`)).toBe("bytes");
    expect(requests.map(({ url: path }) => path)).toEqual(["/a", "/b?c=d", "/image"]);
    for (const { headers } of requests)
      expect(Object.keys(headers).sort()).toEqual([
        "accept",
        "accept-encoding",
        "connection",
        "host",
        "user-agent",
      ]);
  });
});

describe("a source that is", () => {
  const failureOf = async (url: string, maxBytes?: number): Promise<string> => {
    const error: unknown = await fetcher()(`${url}/image?secret=1`, maxBytes).catch((reason) => reason);
    expect(error).toBeInstanceOf(SourceFailed);
    expect((error as Error).message).not.toContain("secret");
    return (error as Error).message.replace(/http:\S+image/, "URL");
  };

  it("redirecting for ever", async () => {
    const { url, requests } = await server(({ url: path = "" }, response) =>
      response.writeHead(302, { location: `/image?${path.length}` }).end(),
    );
    expect(await failureOf(url)).toBe("URL redirects more than 3 times.");
    expect(requests.length).toBe(4);
  });

  it("refusing, missing or failing", async () => {
    const { url } = await server((_, response) => response.writeHead(404).end("what an inner service says"));
    expect(await failureOf(url)).toBe("URL answers 404.");
  });

  it("silent", async () => {
    const { url } = await server(() => undefined);
    expect(await failureOf(url)).toBe("URL did not answer within 1 s.");
  });

  it("giving up half way through its head", async () => {
    const url = await rawServer((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Le"));
    expect(await failureOf(url)).toBe("URL did not answer within 1 s.");
  });

  it("stalling", async () => {
    const { url } = await server((_, response) =>
      response.writeHead(200, { "content-length": 100 }).write("half"),
    );
    expect(await failureOf(url)).toBe("URL sent nothing for 0.3 s.");
  });

  it("breaking off", async () => {
    const { url } = await server((_, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.destroy());
    });
    expect(await failureOf(url)).toBe("URL broke off after 4 bytes.");
  });

  it("larger than announced, or endless", async () => {
    const announced = await server((_, response) =>
      response.writeHead(200, { "content-length": 2000 }).end(),
    );
    expect(await failureOf(announced.url, 1000)).toBe("URL has more than the 1000 bytes that are taken.");
    const endless = await server((_, response) => {
      const more = () => {
        while (response.write("x".repeat(1000)));
        response.once("drain", more);
      };
      more();
    });
    expect(await failureOf(endless.url, 50_000)).toBe("URL has more than the 50000 bytes that are taken.");
  });

  it("full of headers", async () => {
    const url = await rawServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${"X-Long: y\r\n".repeat(100_000)}`),
    );
    expect(await failureOf(url)).toBe("URL answers with more header bytes than are read.");
  });

  it("no web server", async () => {
    const url = await rawServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    expect(await failureOf(url)).toBe("URL answers with what is no HTTP.");
  });

  it("away", async () => {
    const { port } = await server(() => undefined);
    for (const close of closers.splice(0)) close();
    expect(await failureOf(`http://source.localhost:${port}`)).toBe("URL refuses the connection.");
  });

  it.each([
    [0, 10],
    [1, 10],
    [0, 100_000],
    [1, 100_000],
  ])("abandoned after %i chunks of %i bytes leaves its connection to the next", async (taken, size) => {
    const { url } = await server((_, response) => response.end("x".repeat(size)));
    const made = fetches();
    // More often than there may be connections.
    for (let n = 0; n < 4; n++) {
      const { body } = await made.fetch(url, { maxBytes: 100_000 });
      if (taken > 0) await body.next();
      await body.return();
    }
    const { body } = await made.fetch(url, { maxBytes: 100_000 });
    expect((await body.next()).value?.length).toBeGreaterThan(0);
  });

  it("slowly read is not at fault for it", async () => {
    const { url } = await server((_, response) => response.end("x".repeat(5_000_000)));
    const made = safeFetch({
      ...{ allowed_schemes: [], disallowed_schemes: [], allowed_hosts: [], disallowed_hosts: [] },
      ...{
        allowed_ports: [],
        disallowed_ports: [],
        import_allowed_networks: ["127.0.0.0/8"],
        maxRedirects: 0,
      },
      ...{ maxHeaderBytes: 8192, firstByteMs: 5000, idleMs: 400, connectionsPerHost: 1 },
      resolve: resolvesTo("127.0.0.1"),
    });
    closers.push(made.close);
    let bytes = 0;
    for await (const chunk of (await made.fetch(url, { maxBytes: 5_000_000 })).body) {
      if (bytes === 0) await new Promise((done) => setTimeout(done, 1000));
      bytes += chunk.length;
    }
    expect(bytes).toBe(5_000_000);
  });
});
