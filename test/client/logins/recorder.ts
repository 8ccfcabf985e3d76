import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import https from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";

/** A cloud and a proxy that write down what they are asked, in front of a service that answers. */
export interface Recorder {
  readonly url: string;
  readonly tls: string;
  readonly proxy: string;
  /** Logins with what they ask for, and images with where and as whom, in order; repeats are left out. */
  taken(): string[];
  close(): void;
}

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

/** The same text for the same values, whatever their order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
};

const body = async (message: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of message.setEncoding("utf8")) text += chunk;
  return text;
};

const regions = [
  { interface: "public", region: "R1", path: "/r1" },
  { interface: "internal", region: "R1", path: "/internal" },
  { interface: "public", region: "R2", path: "/R2" },
  { interface: "internal", region: "R2", path: "/internal2" },
];
/** Prefixes of the image service, all of them the same one. */
const prefix = /^\/(r1|R2|internal2?|override)(?=\/|$)/;

export async function startRecorder(
  service: string,
  certificate: { cert: Buffer; key: Buffer },
): Promise<Recorder> {
  const events: string[] = [];
  const tell = (event: string) => {
    if (events.at(-1) !== event) events.push(event);
  };

  async function answer(base: string, request: IncomingMessage, response: ServerResponse) {
    const path = (request.url ?? "").replace(prefix, "");
    const sent = await body(request);
    const isLogin = request.method === "POST" && path.includes("/auth/tokens");
    if (isLogin) tell(`login at ${request.url} ${JSON.stringify(sorted(JSON.parse(sent)))}`);
    if (path.startsWith("/v3/OS-FEDERATION"))
      tell(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (/^\/v2\/images(\?|$)/.test(path)) tell(`images at ${(request.url ?? "").split("?")[0]} of ${base}`);
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (path === "/keystone") {
      const v3 = { id: "v3.14", status: "stable", links: [{ rel: "self", href: `${base}/v3/` }] };
      return send(300, { versions: { values: [v3] } });
    }
    const { accept = "application/json", "x-auth-token": token, "content-type": type } = request.headers;
    const headers = {
      accept,
      ...(token ? { "x-auth-token": String(token) } : {}),
      ...(type ? { "content-type": type } : {}),
    };
    const given = await fetch(`${service}${path}`, {
      method: request.method ?? "GET",
      headers,
      ...(sent === "" ? {} : { body: sent }),
    });
    let text = await given.text();
    if (isLogin && given.ok) {
      const answered = JSON.parse(text) as { token: { catalog?: unknown } };
      const endpoints = regions.map(({ path: under, ...rest }) => ({
        ...rest,
        region_id: rest.region,
        url: base + under,
      }));
      answered.token.catalog = [{ type: "image", name: "glance", endpoints }];
      text = JSON.stringify(answered);
    }
    text = text.replaceAll(service, base + (prefix.exec(request.url ?? "")?.[0] ?? ""));
    const subject = given.headers.get("x-subject-token");
    response
      .writeHead(given.status, {
        "content-type": given.headers.get("content-type") ?? "application/json",
        ...(subject ? { "x-subject-token": subject } : {}),
      })
      .end(text);
  }
  const listener =
    (base: () => string): RequestListener =>
    (request, response) => {
      answer(base(), request, response).catch((error: unknown) => {
        response.writeHead(599).end(String(error));
      });
    };

  const plain = http.createServer(listener(() => url));
  const secure = https.createServer(
    { ...certificate, requestCert: true, rejectUnauthorized: false },
    listener(() => tls),
  );
  const proxy = http.createServer((request, response) => {
    const target = new URL(request.url ?? "");
    const { "proxy-authorization": credentials = "nobody", ...headers } = request.headers;
    tell(`proxy ${target.host} for ${credentials}`);
    const passed = http.request(target, { method: request.method, headers }, (given) => {
      response.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  proxy.on("connect", (request: IncomingMessage, socket, head) => {
    tell(`tunnel ${request.url}`);
    const [host, port] = (request.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on("error", () => end.destroy());
  });
  const url: string = `http://127.0.0.1:${await listen(plain)}`;
  const tls: string = `https://127.0.0.1:${await listen(secure)}`;
  const proxyUrl: string = `http://127.0.0.1:${await listen(proxy)}`;
  return {
    url,
    tls,
    proxy: proxyUrl,
    taken: () =>
      events.splice(0).map((event) =>
        [
          [url, "http cloud"],
          [tls, "https cloud"],
          [new URL(url).host, "cloud"],
          [`localhost:${new URL(url).port}`, "cloud by name"],
          [new URL(tls).host, "TLS cloud"],
        ].reduce((text, [real = "", name = ""]) => text.replaceAll(real, name), event),
      ),
    close: () => {
      for (const server of [plain, secure, proxy]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
