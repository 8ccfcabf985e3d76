import { Forbidden } from "../../errors.ts";
import { type ApiOperation, type ApiRequest, noContent, ok } from "../../http/api-request.ts";
import type { TokenClaims } from "../domain/token-claims.ts";
import { type FederateWiring, federate } from "../operations/federate.ts";
import { type IssueTokenWiring, issueToken } from "../operations/issue-token.ts";
import { revokeToken } from "../operations/revoke-token.ts";
import { validateToken } from "../operations/validate-token.ts";
import type { KeySet } from "../ports/key-set.ts";
import { parseAuthRequest } from "./auth-request.ts";
import { identityVersion } from "./identity-version.ts";
import { identityBody, idIn, knownCallerOf } from "./requests.ts";
import { type ServiceCatalog, serviceCatalog } from "./service-catalog.ts";
import { tokenBody } from "./token-body.ts";

export interface TokenApiWiring extends IssueTokenWiring, FederateWiring {
  /** The public keys of tokens. */
  readonly keys: KeySet;
  /** Where failed logins of a request are counted. */
  readonly addressOf: (request: ApiRequest) => string;
}

const catalogFor = ({ query, publicUrl }: ApiRequest): ServiceCatalog | undefined =>
  query.has("nocatalog") ? undefined : serviceCatalog(publicUrl);

const tokenAnswer = (request: ApiRequest, status: number, token: string, claims: TokenClaims) => ({
  status,
  headers: { "X-Subject-Token": token, Vary: "X-Auth-Token" },
  ...(request.method !== "HEAD" && { body: tokenBody(claims, catalogFor(request)) }),
});

const bearerToken = ({ headers }: ApiRequest): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(headers.get("authorization") ?? "")?.[1];

/** Tokens, their keys and the catalog. */
export function tokenApi(wiring: TokenApiWiring) {
  const issue = issueToken(wiring);
  const validate = validateToken(wiring);
  const revoke = revokeToken(wiring);
  const exchange = federate(wiring);
  return {
    showIdentityVersion: async ({ publicUrl }) => ok(identityVersion(publicUrl)),
    issueToken: async (request) => {
      const { token, claims } = await issue(
        parseAuthRequest(identityBody(request)),
        wiring.addressOf(request),
      );
      return tokenAnswer(request, 201, token, claims);
    },
    validateToken: async (request) => {
      const subject = request.headers.get("x-subject-token");
      const claims = await validate(knownCallerOf(request), subject);
      return tokenAnswer(request, 200, subject ?? "", claims);
    },
    revokeToken: async (request) => {
      await revoke(knownCallerOf(request), request.headers.get("x-subject-token"));
      return noContent;
    },
    federate: async (request) => {
      const provider = idIn(request, "identity_provider_id");
      const { token, claims } = await exchange(provider, idIn(request, "protocol_id"), bearerToken(request));
      return tokenAnswer(request, 201, token, claims);
    },
    showTokenKeys: async () => ok(await wiring.keys.read(), { "Cache-Control": "public, max-age=60" }),
    showCatalog: async (request) => {
      if (knownCallerOf(request).projectId === "") {
        throw new Forbidden("A project-scoped token is required to produce a service catalog.");
      }
      const { publicUrl } = request;
      return ok({ catalog: serviceCatalog(publicUrl), links: { self: `${publicUrl}/v3/auth/catalog` } });
    },
  } satisfies Record<string, ApiOperation>;
}
