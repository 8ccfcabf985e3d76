import { AwsFailure } from "../aws-failure.ts";
import type { S3Answer } from "./answer.ts";
import type { CorsRule } from "./options.ts";

type Headers = Readonly<Record<string, string | undefined>>;

/** The headers that let a browser read an answer; none when no rule of the bucket fits. */
export function corsHeaders(
  rules: readonly CorsRule[],
  method: string,
  headers: Headers,
): Record<string, string> {
  const { origin } = headers;
  const rule = origin === undefined ? undefined : rules.find((one) => allows(one, origin, method));
  return rule === undefined || origin === undefined ? {} : ruleHeaders(rule, origin);
}

/** Answers a preflight; `AccessForbidden` (403) when no rule fits. It needs no signature. */
export function preflight(rules: readonly CorsRule[], headers: Headers): S3Answer {
  const { origin, "access-control-request-method": method } = headers;
  if (origin === undefined || method === undefined) {
    throw new AwsFailure("BadRequest", "Insufficient information. Origin request header needed.");
  }
  const requested = (headers["access-control-request-headers"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = rules.find(
    (one) =>
      allows(one, origin, method) &&
      requested.every((name) => one.allowedHeaders?.some((pattern) => fits(pattern.toLowerCase(), name))),
  );
  if (rule === undefined) {
    throw new AwsFailure(
      "AccessForbidden",
      rules.length === 0
        ? "CORSResponse: CORS is not enabled for this bucket."
        : "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      403,
    );
  }
  return {
    status: 200,
    headers: {
      ...ruleHeaders(rule, origin),
      ...(requested.length > 0 ? { "access-control-allow-headers": requested.join(", ") } : {}),
      ...(rule.maxAgeSeconds === undefined ? {} : { "access-control-max-age": rule.maxAgeSeconds }),
      "content-length": 0,
    },
  };
}

function ruleHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const anyOrigin = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": anyOrigin ? "*" : origin,
    ...(anyOrigin ? {} : { "access-control-allow-credentials": "true" }),
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(rule.exposedHeaders?.length
      ? { "access-control-expose-headers": rule.exposedHeaders.join(", ") }
      : {}),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

const allows = (rule: CorsRule, origin: string, method: string): boolean =>
  rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => fits(pattern, origin));

function fits(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
