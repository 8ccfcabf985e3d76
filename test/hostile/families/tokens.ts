import { type Family, refused, type Scene } from "../attack.ts";
import { oddText, oneLine } from "../drawn-text.ts";
import { written } from "../wire.ts";

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A login that was never given: a good token with something changed, or none at all. */
function forged({ random, attacker }: Scene): string {
  const { token } = attacker.client;
  const [header = "", claims = "", signature = ""] = token.split(".");
  const parsed = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as object;
  const at = random.below(token.length - 2);
  const forms: readonly (() => string)[] = [
    // Not the last character: some of its bits mean nothing.
    () => token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1),
    () => token.slice(0, 1 + at),
    () => `${token}.x`,
    () =>
      `${encoded({ ...parsed(header), alg: random.pick(["none", "HS256", "RS256", "ES512", ""]) })}.${claims}.`,
    () => `${encoded({ ...parsed(header), alg: "none" })}.${claims}.${signature}`,
    () => `${encoded({ ...parsed(header), kid: oddText(random) })}.${claims}.${signature}`,
    () => `${header}.${encoded({ ...parsed(claims), exp: 9_999_999_999 })}.${signature}`,
    () => `${header}.${encoded({ ...parsed(claims), roles: ["admin"] })}.${signature}`,
    () => `${header}.${encoded(oddText(random))}.${signature}`,
    () => `${header}..${signature}`,
    () => oneLine(oddText(random)),
    () => "x".repeat(1 + random.below(7000)),
  ];
  return random.pick(forms)();
}

const calls = [
  ["GET", "/v2/images"],
  ["POST", "/v2/images"],
  ["GET", "/v2/images/*"],
  ["PATCH", "/v2/images/*"],
  ["DELETE", "/v2/images/*"],
  ["PUT", "/v2/images/*/file"],
  ["GET", "/v2/images/*/file"],
  ["GET", "/v2/images/*/members"],
  ["POST", "/v2/images/*/transfers"],
  ["POST", "/v2/images/*/actions/deactivate"],
  ["GET", "/v3/users"],
  ["GET", "/v3/auth/tokens"],
  ["GET", "/v2/audit/findings"],
] as const;

/** Forged logins, wherever a token may stand: all are refused. */
export const tokens: Family = {
  name: "tokens",
  draw: async (scene) => {
    const { random, world } = scene;
    const door = random.pick(["ingress", "gateway"] as const);
    const [method, route] = random.pick(calls);
    const path = route.replace("*", random.pick(world.bystanders));
    const token = forged(scene);
    const place = random.pick(["X-Auth-Token", "X-Auth-Token", "Authorization", "X-Service-Token", "Cookie"]);
    const value = place === "Authorization" ? `Bearer ${token}` : token;
    const request = {
      method,
      target: world.target(door, path),
      headers: [[place, value]] as const,
      ...(["POST", "PUT", "PATCH"].includes(method) && { body: Buffer.from("[]") }),
    };
    return {
      what: `${method} ${path} with ${place}: ${value.slice(0, 200)}`,
      door,
      method,
      pieces: [written(request)],
      mayBeCut: true,
      allowed: refused,
    };
  },
};
