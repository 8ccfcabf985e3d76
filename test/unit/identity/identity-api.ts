import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { Clock } from "../../../shared/clock.ts";
import { apiHandler } from "../../../shared/http/api-handler.ts";
import { clientAddress } from "../../../shared/http/client-address.ts";
import { epochCheckedReader } from "../../../shared/identity/adapters/jwt/epoch-checked-reader.ts";
import { jwtTokenReader } from "../../../shared/identity/adapters/jwt/jwt-token-reader.ts";
import { scryptPasswordProof } from "../../../shared/identity/adapters/scrypt/scrypt-password-proof.ts";
import { hashPassword } from "../../../shared/identity/domain/password-hash.ts";
import { callerOfClaims, TOKEN_ISSUER } from "../../../shared/identity/domain/token-claims.ts";
import type { FindOidcVerifier } from "../../../shared/identity/ports/oidc-verifier.ts";
import type { PasswordProof } from "../../../shared/identity/ports/password-proof.ts";
import { identityApi as operationsOf } from "../../../shared/identity/wire/identity-api.ts";
import { identityFault } from "../../../shared/identity/wire/identity-fault.ts";
import { identityRoutes } from "../../../shared/identity/wire/identity-routes.ts";
import { type MemoryIdentity, memoryIdentityStore } from "../../fakes/identity/identity-store.ts";
import { localSigner } from "../../fakes/identity/local-signer.ts";
import { memoryLoginFailures } from "../../fakes/identity/login-failures.ts";

const cheap = { cost: 16, blockSize: 1, parallelization: 1 };
export const signer = localSigner();

/**
 * Users (password = name): `demo` with projects demo (default) and alt, `alt` with alt only, `two` with demo and alt
 * and no default, `idle` without any, `gone` disabled, `admin` admin of demo. Ids are `u-<name>`, `p-<name>`.
 */
export async function seededStore(): Promise<MemoryIdentity> {
  const store = memoryIdentityStore();
  const domainId = "default";
  for (const name of ["demo", "alt", "empty", "closed"]) {
    await store.createProject({ id: `p-${name}`, name, domainId, enabled: name !== "closed" });
  }
  const users: [string, string | undefined, [string, string][]][] = [
    [
      "demo",
      "p-demo",
      [
        ["p-demo", "member"],
        ["p-demo", "Reader"],
        ["p-alt", "member"],
        ["p-closed", "member"],
      ],
    ],
    [
      "alt",
      undefined,
      [
        ["p-alt", "member"],
        ["p-closed", "member"],
      ],
    ],
    [
      "two",
      undefined,
      [
        ["p-demo", "member"],
        ["p-alt", "member"],
      ],
    ],
    ["idle", undefined, []],
    ["gone", "p-demo", [["p-demo", "member"]]],
    ["admin", "p-demo", [["p-demo", "admin"]]],
  ];
  for (const [name, defaultProjectId, roles] of users) {
    const passwordHash = await hashPassword(name, cheap);
    const user = { id: `u-${name}`, name, domainId, enabled: name !== "gone", passwordHash };
    await store.createUser(defaultProjectId ? { ...user, defaultProjectId } : user);
    for (const [projectId, roleName] of roles)
      await store.assignRole({ userId: user.id, projectId, roleName });
  }
  return store;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly sourceIp?: string;
}

export interface ApiOptions {
  readonly clock?: Clock;
  readonly findVerifier?: FindOidcVerifier;
  readonly passwordsElsewhere?: boolean;
  /** Proves passwords and secrets alike. */
  readonly proof?: PasswordProof;
}

/** The route path that API Gateway finds for a path, with its parameters. */
function matchOf(method: string, path: string) {
  for (const route of identityRoutes) {
    const form = route.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)").replaceAll(".", "\\.");
    const match = new RegExp(`^${form}$`).exec(path);
    if (route.method === method && match) {
      const pairs = Object.entries(match.groups ?? {});
      return {
        resource: route.path,
        params: Object.fromEntries(pairs),
      };
    }
  }
  return { resource: path, params: {} };
}

/** The identity function with fakes behind it, called as API Gateway calls it, under the stage `prod`. */
export function identityApi(
  identities: MemoryIdentity,
  {
    clock = () => new Date(),
    findVerifier = () => undefined,
    passwordsElsewhere = false,
    proof = scryptPasswordProof(),
  }: ApiOptions = {},
) {
  const reader = jwtTokenReader({
    keys: { read: signer.publicKeys },
    issuer: TOKEN_ISSUER,
    audience: ["image", "identity"],
  });
  const tokens = epochCheckedReader({ reader, epochs: identities, cacheSeconds: 0, clock });
  const handler = apiHandler({
    routes: identityRoutes,
    operations: operationsOf({
      identities,
      credentials: identities,
      epochs: identities,
      failures: memoryLoginFailures({ attempts: 3, seconds: 60 }, clock),
      passwords: proof,
      secrets: proof,
      passwordsElsewhere,
      findVerifier,
      keys: { read: signer.publicKeys },
      addressOf: clientAddress(["127.0.0.0/8"]),
      tokens,
      signer,
      clock,
      tokenSeconds: 3600,
    }),
    tokens: { verify: async (token) => callerOfClaims(await tokens.read(token)) },
    logger: new Logger({ logLevel: "SILENT" }),
    publicEndpoint: "",
    allowedOrigins: [],
    fault: identityFault,
  });
  return async ({
    method = "GET",
    path = "/v3",
    query,
    headers = {},
    body,
    sourceIp = "192.0.2.1",
  }: Call) => {
    const { resource, params } = matchOf(method, path);
    const all = { host: "api.example", ...headers };
    const event: Partial<APIGatewayProxyEvent> = {
      httpMethod: method,
      path,
      resource,
      multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      multiValueQueryStringParameters: query === undefined ? null : queryOf(query),
      pathParameters: params,
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      isBase64Encoded: false,
      requestContext: {
        path: `/prod${path}`,
        domainName: "api.example",
        identity: { sourceIp },
      } as APIGatewayProxyEvent["requestContext"],
    };
    const result = await handler(event as APIGatewayProxyEvent, {} as Context);
    return answerOf(result);
  };
}

const queryOf = (query: string) =>
  Object.fromEntries([...new URLSearchParams(query)].map(([name, value]) => [name, [value]]));

const answerOf = ({ statusCode, headers, body }: APIGatewayProxyResult) => ({
  status: statusCode,
  headers: headers ?? {},
  text: body,
  json: body === "" ? undefined : JSON.parse(body),
});
