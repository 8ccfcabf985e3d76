import { type Attack, answered, type Family, refused, refusedOrUnknown } from "../attack.ts";
import { drawnText, oddText, oneLine } from "../drawn-text.ts";
import { type WireAnswer, written } from "../wire.ts";

const methods = [
  "PROPFIND",
  "TRACE",
  "CONNECT",
  "get",
  "G\u00ebT",
  "BREW",
  "PATCHY",
  "X".repeat(300),
  "*",
  "LINK",
];
const versions = ["HTTP/0.9", "HTTP/2.0", "HTTP/1.9", "HTTP/1.1.1", "HTTQ/1.1", "http/1.1", "", "HTTP/1.1 x"];
const headerNames = [
  "Accept",
  "Accept-Language",
  "Authorization",
  "Connection",
  "Content-Type",
  "Cookie",
  "Expect",
  "Forwarded",
  "If-Match",
  "Origin",
  "Range",
  "Content-Range",
  "TE",
  "Upgrade",
  "Via",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-HTTP-Method-Override",
  "X-Image-Meta-Store",
  "X-Image-Transfer-Token",
  "X-OpenStack-Image-Size",
  "X-OpenStack-Request-Id",
  "X-Roles",
  "X-Service-Token",
  "X-User-Id",
];
const headerValues = [
  "close, x-auth-token",
  "keep-alive, host",
  "100-continue",
  "200-maybe",
  "websocket",
  "h2c",
  "bytes=10-5",
  "bytes=0-0,2-3",
  "bytes=-999999999999999999999",
  "null",
  "https://evil.example",
  "application/json;q=2, */*",
  'text/html;level="',
  "constructor",
  "__proto__",
  "-1",
  "1e9",
  "admin",
];
const paths = ["/", "/v2/images", "/v2/images?limit=1", "/v2/schemas/image", "/versions", "/healthcheck"];

const lines = (...all: string[]) => Buffer.from(`${all.join("\r\n")}\r\n\r\n`, "latin1");

/** Requests whose head is right, with headers that are odd. */
export const headers: Family = {
  name: "headers",
  draw: async ({ random, world, attacker }) => {
    const door = random.pick(["ingress", "gateway"] as const);
    const path = random.pick(paths);
    const drawn = Array.from({ length: 1 + random.below(6) }, (): [string, string] => [
      random.pick(headerNames),
      oneLine(random.below(3) > 0 ? random.pick(headerValues) : oddText(random)).slice(0, 4000),
    ]);
    const method = random.pick(["GET", "GET", "HEAD", "OPTIONS"]);
    const request = {
      method,
      target: world.target(door, path),
      headers: [["X-Auth-Token", attacker.client.token] as [string, string], ...drawn],
    };
    const what = `${method} ${path} with ${JSON.stringify(drawn)}`;
    const pieces = [written(request)];
    // 501: OPTIONS on an unknown path, as Glance answers.
    return {
      what,
      door,
      method,
      pieces,
      mayBeCut: true,
      allowed: (answer) => answered(answer) || answer.status === 501,
    };
  },
};

const hasVersions = ({ status, body }: WireAnswer): boolean =>
  status === 200 && body.toString("utf8").startsWith('{"versions":');

/** Heads that HTTP forbids, or that are larger than any use. */
export const heads: Family = {
  name: "heads",
  draw: async ({ random, world, attacker }) => {
    const door = random.pick(["ingress", "gateway"] as const);
    const target = world.target(door, random.pick(paths));
    const token = `X-Auth-Token: ${attacker.client.token}`;
    const host = "Host: hostile.test";
    const close = "Connection: close";
    const noise = () => oneLine(drawnText(random, 60)) || "x";
    const forms: readonly (() => Omit<Attack, "door">)[] = [
      () => {
        const method = random.pick(methods);
        return {
          what: `method ${method}`,
          method,
          pieces: [lines(`${method} ${target} HTTP/1.1`, host, token, close)],
          mayBeCut: true,
          // Glance answers its versions to any method, with 300 at the root and 200 at /versions; API Gateway's own answer
          // to those it does not know is 403.
          allowed: (answer) => refusedOrUnknown(answer) || answer.status === 300 || hasVersions(answer),
        };
      },
      () => {
        const version = random.pick(versions);
        return {
          what: `version ${version}`,
          method: "GET",
          pieces: [lines(`GET ${target} ${version}`, host, token, close)],
          mayBeCut: true,
          allowed: (answer) => answered(answer) || answer.status === 505,
        };
      },
      () => ({
        what: "two hosts",
        method: "GET",
        pieces: [lines(`GET ${target} HTTP/1.1`, host, "Host: other.test", token, close)],
        allowed: ({ status }) => status === 400,
      }),
      () => ({
        what: "no host",
        method: "GET",
        pieces: [lines(`GET ${target} HTTP/1.1`, token, close)],
        allowed: ({ status }) => status === 400,
      }),
      () => {
        const line = random.pick([
          ` ${noise()}: x`,
          `Name : x`,
          `: x`,
          `N\u00e4me: x`,
          `Name\u0000: x`,
          "Name",
          `Name: a\u0000b`,
          `Name: a\rb`,
          "Name: a\nInjected: b",
          `Folded: a\r\n b`,
        ]);
        return {
          what: `header line ${JSON.stringify(line)}`,
          method: "GET",
          pieces: [lines(`GET ${target} HTTP/1.1`, host, line, token, close)],
          mayBeCut: true,
        };
      },
      () => {
        const bytes = 9000 + random.below(60_000);
        return {
          what: `a header of ${bytes} bytes`,
          method: "GET",
          pieces: [lines(`GET ${target} HTTP/1.1`, host, `X-Long: ${"x".repeat(bytes)}`, token, close)],
          mayBeCut: true,
          allowed: refused,
        };
      },
      () => {
        const count = 500 + random.below(4000);
        const many = Array.from({ length: count }, (_, at) => `X-${at}: ${at}`);
        return {
          what: `${count} headers`,
          method: "GET",
          pieces: [lines(`GET ${target} HTTP/1.1`, host, ...many, token, close)],
          mayBeCut: true,
        };
      },
      () => ({
        what: "a head of random bytes",
        method: "GET",
        pieces: [Buffer.from(Array.from({ length: 200 }, () => random.below(256))), lines("")],
        mayBeCut: true,
        mostAnswers: 3,
        allowed: refusedOrUnknown,
      }),
      () => ({
        what: "bare line feeds",
        method: "GET",
        pieces: [Buffer.from(`GET ${target} HTTP/1.1\n${host}\n${close}\n\n`)],
        mayBeCut: true,
      }),
      () => ({
        what: "a half-closed request",
        method: "GET",
        pieces: [written({ method: "GET", target, headers: [["X-Auth-Token", attacker.client.token]] })],
        halfClose: true,
        allowed: answered,
      }),
      () => ({
        what: "an absolute target",
        method: "GET",
        pieces: [lines(`GET http://other.test${target} HTTP/1.1`, "Host: other.test", token, close)],
        mayBeCut: true,
      }),
    ];
    return { ...random.pick(forms)(), door };
  },
};
