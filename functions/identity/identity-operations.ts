import type { OperationName } from "../../shared/api/routes.ts";
import type { Caller } from "../../shared/domain/caller.ts";
import { parseAuthRequest } from "../../shared/domain/identity/auth-request.ts";
import { Unauthenticated } from "../../shared/domain/identity/refusals.ts";
import { type ServiceCatalog, serviceCatalog } from "../../shared/domain/identity/service-catalog.ts";
import { tokenBody } from "../../shared/domain/identity/token-body.ts";
import type { TokenClaims } from "../../shared/domain/identity/token-claims.ts";
import { BadRequest, Forbidden, TooLarge } from "../../shared/errors.ts";
import { type ApiOperation, type ApiRequest, ok } from "../../shared/http/api-request.ts";
import { type IssueTokenWiring, issueToken } from "../../shared/operations/identity/issue-token.ts";
import { validateToken } from "../../shared/operations/identity/validate-token.ts";
import { identityVersion } from "./identity-version.ts";
import { projectList } from "./project-list.ts";

/** The longest token and password are far below. */
const MAX_BODY_BYTES = 64 * 1024;

function jsonBody({ body }: ApiRequest): unknown {
  if (body.length > MAX_BODY_BYTES)
    throw new TooLarge(`The request body is longer than ${MAX_BODY_BYTES} bytes.`);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BadRequest("Malformed json in request body");
  }
}

function callerOf({ caller }: ApiRequest): Caller {
  if (!caller) throw new Unauthenticated();
  return caller;
}

const catalogFor = ({ query, publicUrl }: ApiRequest): ServiceCatalog | undefined =>
  query.has("nocatalog") ? undefined : serviceCatalog(publicUrl);

const tokenAnswer = (request: ApiRequest, status: number, token: string, claims: TokenClaims) => ({
  status,
  headers: { "X-Subject-Token": token, Vary: "X-Auth-Token" },
  ...(request.method !== "HEAD" && { body: tokenBody(claims, catalogFor(request)) }),
});

/** The Keystone v3 routes: HTTP on one side, the identity operations on the other. */
export function identityOperations(wiring: IssueTokenWiring) {
  const issue = issueToken(wiring);
  const validate = validateToken(wiring);
  return {
    showIdentityVersion: async ({ publicUrl }) => ok(identityVersion(publicUrl)),
    issueToken: async (request) => {
      const { token, claims } = await issue(parseAuthRequest(jsonBody(request)));
      return tokenAnswer(request, 201, token, claims);
    },
    validateToken: async (request) => {
      const subject = request.headers.get("x-subject-token");
      const claims = await validate(callerOf(request), subject);
      return tokenAnswer(request, 200, subject ?? "", claims);
    },
    showCatalog: async (request) => {
      if (callerOf(request).projectId === "") {
        throw new Forbidden("A project-scoped token is required to produce a service catalog.");
      }
      const { publicUrl } = request;
      return ok({ catalog: serviceCatalog(publicUrl), links: { self: `${publicUrl}/v3/auth/catalog` } });
    },
    listOwnProjects: async (request) => {
      const projects = await wiring.identities.projectsOf(callerOf(request).userId);
      return ok(projectList(projects, request.publicUrl));
    },
  } satisfies Partial<Record<OperationName, ApiOperation>>;
}
