import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { identityFault } from "../../../functions/identity/identity-fault.ts";
import { identityOperations } from "../../../functions/identity/identity-operations.ts";
import { jwtTokenReader } from "../../../shared/adapters/jwt/jwt-token-reader.ts";
import { scryptPasswordProof } from "../../../shared/adapters/scrypt/scrypt-password-proof.ts";
import { hashPassword } from "../../../shared/domain/identity/password-hash.ts";
import { callerOf, TOKEN_ISSUER } from "../../../shared/domain/identity/token-claims.ts";
import { apiHandler } from "../../../shared/http/api-handler.ts";
import type { Clock } from "../../../shared/ports/clock.ts";
import type { IdentityStore } from "../../../shared/ports/identity-store.ts";
import { memoryIdentityStore } from "../../fakes/identity-store.ts";
import { localSigner } from "../../fakes/local-signer.ts";

const cheap = { cost: 16, blockSize: 1, parallelization: 1 };
export const signer = localSigner();

/**
 * Users (password = name): `demo` with projects demo (default) and alt, `alt` with alt only, `two` with demo and alt
 * and no default, `idle` without any, `gone` disabled, `admin` admin of demo. Ids are `u-<name>`, `p-<name>`.
 */
export async function seededStore(): Promise<IdentityStore> {
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
}

/** The identity function with fakes behind it, called as API Gateway calls it, under the stage `prod`. */
export function identityApi(identities: IdentityStore, clock: Clock = () => new Date()) {
  const tokens = jwtTokenReader({
    keys: { read: signer.publicKeys },
    issuer: TOKEN_ISSUER,
    audience: ["image", "identity"],
  });
  const handler = apiHandler({
    operations: identityOperations({
      identities,
      passwords: scryptPasswordProof(),
      tokens,
      signer,
      clock,
      tokenSeconds: 3600,
    }),
    tokens: { verify: async (token) => callerOf(await tokens.read(token)) },
    logger: new Logger({ logLevel: "SILENT" }),
    publicEndpoint: "",
    allowedOrigins: [],
    fault: identityFault,
  });
  return async ({ method = "GET", path = "/v3", query, headers = {}, body }: Call) => {
    const all = { host: "api.example", ...headers };
    const event: Partial<APIGatewayProxyEvent> = {
      httpMethod: method,
      path,
      resource: path,
      multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      multiValueQueryStringParameters: query === undefined ? null : { [query]: [""] },
      pathParameters: null,
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      isBase64Encoded: false,
      requestContext: {
        path: `/prod${path}`,
        domainName: "api.example",
      } as APIGatewayProxyEvent["requestContext"],
    };
    const result = await handler(event as APIGatewayProxyEvent, {} as Context);
    return answerOf(result);
  };
}

const answerOf = ({ statusCode, headers, body }: APIGatewayProxyResult) => ({
  status: statusCode,
  headers: headers ?? {},
  text: body,
  json: body === "" ? undefined : JSON.parse(body),
});
