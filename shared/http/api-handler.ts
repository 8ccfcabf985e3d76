import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { BadRequest, GlanceError, HeaderTooLarge, NotFound, Unauthorized } from "../errors.ts";
import { ownValue } from "../own-value.ts";
import type { ApiOperation, ApiRequest, ApiResponse } from "./api-request.ts";
import { bearerToken } from "./bearer-token.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { type FaultForm, glanceFault } from "./fault.ts";
import { requestOf, resultOf } from "./gateway-event.ts";
import type { FunctionLog } from "./logger.ts";
import type { Route } from "./route.ts";
import type { TokenVerifier } from "./token-verifier.ts";
import { isImageApiVersion, type OfferedVersions, versionsDocument } from "./versions.ts";

const MAX_REQUEST_ID_LENGTH = 64;

export interface ApiWiring<Operation extends string = string> {
  /** The API that this function serves a part of. */
  readonly routes: readonly (Route & { readonly operation: Operation })[];
  /** The operations of this function's routes. */
  readonly operations: Readonly<Partial<Record<Operation, ApiOperation>>>;
  /** Answers what is in no route (and is asked only by callers with a valid token). */
  readonly fallback?: ApiOperation;
  readonly tokens: TokenVerifier;
  readonly logger: FunctionLog;
  readonly publicEndpoint: string;
  /** Web origins whose pages may read the answers: the setting `allowed_origin`. */
  readonly allowedOrigins: readonly string[];
  /** Which versions are listed, and names of v2; those that are about nothing in particular unless it is said. */
  readonly offered?: OfferedVersions;
  /** Form of error bodies; Glance's by default. */
  readonly fault?: FaultForm;
  /** Told of each refusal before it is answered. When this fails, a 401 is answered as 500: after it nobody repeats. */
  readonly onRefused?: (request: ApiRequest, status: number) => Promise<void>;
}

class InternalError extends GlanceError {
  readonly status = 500;
}

/**
 * What Glance answers with the versions document before any login: the root and everything below /versions, whatever
 * the method, and a first path segment that names no listed version.
 */
function versionsAnswer(
  { resource, route, params, publicUrl }: ApiRequest,
  { offered = { severalStores: false, cache: false } }: ApiWiring,
): ApiResponse | undefined {
  const isUnlisted = params.version !== undefined && !isImageApiVersion(params.version, offered);
  const isVersions = resource === "/versions" || resource.startsWith("/versions/");
  if (!isUnlisted && (route !== undefined || !(isVersions || resource === "/"))) return undefined;
  return { status: isVersions ? 200 : 300, body: versionsDocument(publicUrl, offered) };
}

/** API Gateway ignores a slash at the end; Glance knows no such path, but clients ask for `/v2/`. */
const hasStraySlash = ({ path, params, route }: ApiRequest): boolean =>
  params.version !== undefined && path.endsWith("/") && route?.access !== "public";

/** Clients repeat a PUT with image data after a 503, without the data (docs/reference/clients.md, "Retries"). */
const isImageData = ({ method, path }: ApiRequest): boolean =>
  method === "PUT" && /\/images\/[^/]+\/(file|stage)\/?$/.test(path);

/** An error's message and those of its causes; nothing else of them, which may hold a request with its token. */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause === undefined ? [] : [reasonOf(error.cause)])].join(": ")
    : String(error);

/** The request with its caller. A transfer token instead of a login is judged by the operation itself. */
async function authenticate(request: ApiRequest, { tokens, logger }: ApiWiring): Promise<ApiRequest> {
  const access = request.route?.access ?? "token";
  if (access === "public") return request;
  if (access === "transfer" && request.headers.has("x-image-transfer-token")) return request;
  const token = request.headers.get("x-auth-token") || bearerToken(request.headers.get("authorization"));
  if (token === undefined) throw new Unauthorized();
  const serviceToken = request.headers.get("x-service-token") || undefined;
  const caller = await tokens.verify(token, serviceToken);
  logger.appendKeys({ user_id: caller.userId, project_id: caller.projectId });
  return { ...request, caller };
}

async function answer(request: ApiRequest, wiring: ApiWiring): Promise<ApiResponse> {
  if ((request.headers.get("x-openstack-request-id")?.length ?? 0) > MAX_REQUEST_ID_LENGTH) {
    throw new HeaderTooLarge(`x-openstack-request-id is longer than ${MAX_REQUEST_ID_LENGTH} characters`);
  }
  if (request.unreadablePath) {
    throw new BadRequest(
      "The request's path is not percent-encoded UTF-8: send its bytes so, and a % itself as %25.",
    );
  }
  const versions = versionsAnswer(request, wiring);
  if (versions) return versions;
  const known = await authenticate(request, wiring);
  if (hasStraySlash(known)) throw new NotFound("The resource could not be found.");
  const operation = known.route && ownValue(wiring.operations, known.route.operation);
  const chosen = operation ?? wiring.fallback;
  if (!chosen) throw new InternalError(`no operation for ${request.method} ${request.resource}`);
  return chosen(known);
}

/**
 * The only place that knows middy and API Gateway: request id, log context, login, errors to faults. One line a
 * request says who did what, from where, and how it ended.
 * Unexpected errors are logged with their cause and answered as 500 with the request id and nothing else.
 */
export function apiHandler<const Operation extends string>(wiring: ApiWiring<Operation>) {
  const fault = wiring.fault ?? glanceFault;
  const { allowedOrigins } = wiring;
  const requests = new WeakMap<APIGatewayProxyEvent, ApiRequest>();
  const result = (response: ApiResponse, request: ApiRequest) =>
    resultOf(response, request.requestId, corsHeaders(allowedOrigins, request.headers.get("origin")));

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Context>()
    .before(({ event, context }) => {
      const request = requestOf(event, wiring.publicEndpoint, wiring.routes);
      requests.set(event, request);
      wiring.logger.addContext(context);
      // The environment serves one request after another: nobody may be taken for the one before.
      wiring.logger.appendKeys({
        request_id: request.requestId,
        method: request.method,
        path: request.path,
        source_ip: request.sourceIp,
        user_id: undefined,
        project_id: undefined,
      });
    })
    .after(({ event, response }) => {
      wiring.logger.info("answered", {
        status: response?.statusCode,
        resource: event.resource,
        // What was made has no name in the path yet.
        ...(response?.statusCode === 201 && { location: response.headers?.Location }),
      });
    })
    .onError(async (state) => {
      const request =
        requests.get(state.event) ?? requestOf(state.event, wiring.publicEndpoint, wiring.routes);
      const { error } = state;
      let refusal: GlanceError;
      if (error instanceof GlanceError) {
        refusal = error.status === 503 && isImageData(request) ? new InternalError(error.message) : error;
        wiring.logger.info("refused", { status: refusal.status, reason: reasonOf(error) });
      } else {
        refusal = new InternalError(
          `The server failed on this request; its log has more under ${request.requestId}.`,
        );
        wiring.logger.error("failed", { error });
      }
      await wiring.onRefused?.(request, refusal.status).catch((cause: unknown) => {
        wiring.logger.error("a refusal could not be remembered", { reason: reasonOf(cause) });
        if (refusal.status === 401)
          refusal = new InternalError("The login was refused, and the server failed at that.");
      });
      state.response = result(fault(refusal, request), request);
    })
    .handler(async (event) => {
      const request = requests.get(event);
      if (!request) throw new Error("request was not parsed");
      const preflight = preflightHeaders(allowedOrigins, request);
      if (preflight) return result({ status: 204, headers: preflight }, request);
      const response = await answer(request, wiring);
      if (response.warning !== undefined) wiring.logger.warn(response.warning, {});
      return result(response, request);
    });
}
