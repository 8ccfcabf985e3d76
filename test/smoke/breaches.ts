import type { RawAnswer } from "../../infra/smoke/send-raw.ts";
import type { Breach, Passing } from "./breaking-proxy.ts";

const answer = (status: number, body = "", headers: RawAnswer["headers"] = {}): RawAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
});
const xml = (status: number, code: string): RawAnswer =>
  answer(status, `<Error><Code>${code}</Code></Error>`, { "content-type": "application/xml" });
const withoutHeaders = (headers: readonly string[], ...names: readonly string[]): string[] =>
  headers.filter((_, index) => !names.includes(headers[index - (index % 2)]?.toLowerCase() ?? ""));
const headerOf = (headers: readonly string[], name: string) =>
  headers.find((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);

const isPart = ({ isS3, method, path }: Passing) => isS3 && method === "PUT" && path.includes("partNumber=");
/** S3 that takes what it should refuse. */
const takes =
  (fits: (passing: Passing) => boolean): NonNullable<Breach["request"]> =>
  (passing) =>
    isPart(passing) && fits(passing) ? answer(200) : undefined;
/** An API Gateway whose own answers are not those of the template. */
const plain = (status: number): Breach => ({
  answer: (given) =>
    given.status === status
      ? answer(status, '{"message":"Bad"}', { "content-type": "application/json" })
      : undefined,
});
const to = (passing: Passing, path: string): Passing => ({ ...passing, path });
const partsOf = (passing: Passing): Passing => ({
  ...passing,
  headers: withoutHeaders(passing.headers, "transfer-encoding"),
});

/** How each point is broken; made anew for each use. */
export const breaches: Readonly<Record<string, () => Breach>> = {
  "transaction-rights": () => ({
    request: ({ method, path }) =>
      method === "POST" && path.endsWith("/v2/images") ? answer(500, "AccessDeniedException") : undefined,
  }),
  "binary-body": () => ({
    request: (passing) =>
      passing.method === "PUT" && passing.path.endsWith("/file")
        ? { ...passing, body: Buffer.from(passing.body.toString("utf8")) }
        : undefined,
  }),
  "presigned-part": () => ({
    request: (passing) =>
      isPart(passing) && headerOf(passing.headers, "content-md5") ? xml(400, "InvalidDigest") : undefined,
  }),
  "presigned-length": () => ({ request: takes(({ body }) => body.length !== 1024) }),
  "presigned-chunked": () => ({
    request: takes(({ headers }) => headerOf(headers, "transfer-encoding") !== undefined),
  }),
  "presigned-damaged": () => ({
    request: (passing) =>
      isPart(passing) ? { ...passing, headers: withoutHeaders(passing.headers, "content-md5") } : undefined,
  }),
  "presigned-other-headers": () => ({
    request: (passing) =>
      isPart(passing) && headerOf(passing.headers, "x-auth-token") ? xml(403, "AccessDenied") : undefined,
  }),
  complete: () => ({
    request: ({ path }) =>
      path.endsWith("/complete") ? answer(500, "ConditionalRequestConflict") : undefined,
  }),
  "complete-again": () => {
    const seen = new Set<string>();
    return {
      request: ({ path }) => {
        if (!path.endsWith("/complete")) return undefined;
        if (seen.has(path)) return answer(409, "InvalidUpload");
        seen.add(path);
        return undefined;
      },
    };
  },
  "url-life": () => {
    const used = new Set<string>();
    return {
      request: (passing) => {
        if (!isPart(passing)) return undefined;
        if (used.has(passing.path)) return xml(403, "ExpiredToken");
        used.add(passing.path);
        return undefined;
      },
    };
  },
  "path-encoding": () => ({
    request: (passing) =>
      passing.path.includes("/tags/50") ? to(passing, passing.path.replaceAll("%", "%25")) : undefined,
  }),
  "path-slash": () => ({
    request: (passing) =>
      passing.path.includes("%2F") ? to(passing, passing.path.replace("%2F", "/")) : undefined,
  }),
  "path-not-utf8": () => ({
    request: ({ path }) => (path.endsWith("/tags/%FF") ? answer(500) : undefined),
  }),
  "query-encoding": () => ({
    request: (passing) =>
      passing.path.includes("?name=") ? to(passing, passing.path.replaceAll("%25", "%2525")) : undefined,
  }),
  "trailing-slash": () => ({
    request: (passing) =>
      passing.path.includes("/images/?") ? to(passing, passing.path.replace("/?", "?")) : undefined,
  }),
  links: () => ({
    answer: (given, { path }) =>
      path.endsWith("/versions")
        ? { ...given, body: Buffer.from(given.body.toString("utf8").replaceAll("/prod/v2", "/v2")) }
        : undefined,
  }),
  "gateway-catch-all": () => ({
    request: ({ path }) =>
      path.includes("/smoke/") ? answer(403, '{"message":"Missing Authentication Token"}') : undefined,
  }),
  "gateway-request-id": () => ({
    answer: (given) => {
      const { "x-openstack-request-id": _, ...headers } = given.headers;
      return given.status === 400 ? { ...given, headers } : undefined;
    },
  }),
  "gateway-body-10-mb": () => ({
    answer: (given, { body }) =>
      body.length > 10_000_000 ? plain(413).answer?.(given, {} as Passing) : undefined,
  }),
  "gateway-body-6-mb": () => ({
    answer: (_, { body }) =>
      body.length === 7_000_000 ? answer(502, '{"message":"Internal server error"}') : undefined,
  }),
  "gateway-headers": () => ({
    answer: (given) =>
      given.status === 400
        ? { ...given, body: Buffer.from('{"message":"Request header too large"}') }
        : undefined,
  }),
  "gateway-transfer-coding": () => ({
    request: (passing) =>
      headerOf(passing.headers, "transfer-encoding") === "gzip, chunked" ? partsOf(passing) : undefined,
  }),
  "gateway-two-hosts": () => ({
    request: (passing) => {
      const at = passing.headers.lastIndexOf("Host");
      return at > passing.headers.indexOf("Host")
        ? { ...passing, headers: passing.headers.toSpliced(at, 2) }
        : undefined;
    },
  }),
  "header-renaming": () => ({
    answer: (given) => {
      const { "x-amzn-remapped-www-authenticate": own, ...headers } = given.headers;
      return own === undefined
        ? undefined
        : { ...given, headers: { ...headers, "www-authenticate": String(own) } };
    },
  }),
  "broken-put": () => ({ passesCut: true }),
  "conditional-complete": () => ({
    request: (passing) =>
      passing.isS3 && passing.method === "POST" && headerOf(passing.headers, "if-none-match")
        ? answer(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")
        : undefined,
  }),
  "conditional-put": () => ({
    request: (passing) => (passing.isS3 && headerOf(passing.headers, "if-match") ? answer(200) : undefined),
  }),
  "batch-report": () => ({
    answer: (given, { path, isS3 }) =>
      isS3 && path.includes("results.csv")
        ? { ...given, body: Buffer.from("bucket,key,,ok,,,nothing\n") }
        : undefined,
  }),
};
