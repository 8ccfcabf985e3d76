import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createBoundedServer } from "../bounded-server.ts";
import type { FunctionPool } from "../functions/function-pool.ts";
import type { Outcome } from "../functions/invocation.ts";
import { closeServer, tryListen } from "../loopback.ts";
import type { RestApiDefinition } from "../template/rest-api.ts";
import { functionResponse } from "./function-response.ts";
import { type GatewayResponseType, gatewayResponse } from "./gateway-response.ts";
import { headerBytes, maxHeaderBytes, readBoundedBody } from "./limits.ts";
import { type GatewayRequest, proxyEvent } from "./proxy-event.ts";
import { type Reply, send } from "./reply.ts";
import { formFault } from "./request-form.ts";
import { createRouteTree } from "./route-tree.ts";

export interface GatewayOptions {
  readonly api: RestApiDefinition;
  /** The pool of the function with this ARN. */
  readonly poolOf: (functionArn: string) => FunctionPool;
  /** Told of each answered request. */
  readonly onAnswer: (line: GatewayLine) => void;
  readonly onError: (error: unknown) => void;
  /** Shortens the integration timeouts of the API, for tests. */
  readonly timeoutMilliseconds?: number;
}

/** One line of the access log; no query and no header, because they carry tokens. */
export interface GatewayLine {
  readonly at: string;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

export interface Gateway {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * API Gateway's REST API on 127.0.0.1: the stage at `/<stage>`, the proxy event, limits, timeouts and gateway
 * responses of AWS. Answers outside the stage are AWS's plain 403. Takes the first of `ports` that is free;
 * undefined when none is.
 */
export async function startGateway(
  options: GatewayOptions,
  ports: readonly number[],
): Promise<Gateway | undefined> {
  const match = createRouteTree(options.api.routes);
  // Node's own limit lies above ours, so that ours is the one that answers.
  const server = createBoundedServer(
    { maxHeaderSize: 4 * maxHeaderBytes, requireHostHeader: false },
    (request, response) => {
      const startedAt = performance.now();
      const { requestId, path, rawPath } = locate(request, options.api.stage);
      handle(request, requestId, path)
        .then((reply) => {
          options.onAnswer({
            at: new Date().toISOString(),
            requestId,
            method: request.method ?? "",
            path: rawPath,
            status: reply.status,
            milliseconds: Math.round(performance.now() - startedAt),
          });
          return send(request, response, requestId, reply);
        })
        .catch((error) => {
          response.destroy();
          // A client that went away while sending is its own business.
          if (!request.destroyed) options.onError(error);
        });
    },
  );
  // Longer than a proxy in front keeps idle connections: closing first would race with its next request.
  server.keepAliveTimeout = 65_000;

  async function handle(
    request: IncomingMessage,
    requestId: string,
    path: string | undefined,
  ): Promise<Reply> {
    const own = (type: GatewayResponseType, refusedBody = false): Reply => {
      const context = {
        requestId,
        path: path ?? "/",
        httpMethod: request.method ?? "",
        stage: options.api.stage,
      };
      const { status, headers, body } = gatewayResponse(options.api.gatewayResponses, type, context);
      return { status, headers: Object.entries(headers), body, refusedBody };
    };
    const fault = formFault(request);
    if (fault) {
      const headers = [["Content-Type", "application/json"]] as const;
      return {
        status: fault.status,
        headers,
        body: JSON.stringify({ message: fault.message }),
        refusedBody: true,
      };
    }
    if (path === undefined) {
      const headers = [["Content-Type", "application/json"]] as const;
      return { status: 403, headers, body: '{"message":"Forbidden"}', refusedBody: true };
    }
    if (headerBytes(request) > maxHeaderBytes) return own("HEADERS_TOO_LARGE", true);
    const found = match(request.method ?? "", path);
    if (!found) return own("MISSING_AUTHENTICATION_TOKEN", true);
    const body = await readBoundedBody(request);
    if (body === undefined) return own("REQUEST_TOO_LARGE", true);

    const event = proxyEvent(options.api, found, gatewayRequest(request, requestId, path, body));
    const timeout = Math.min(
      found.route.timeoutMilliseconds,
      options.timeoutMilliseconds ?? Number.POSITIVE_INFINITY,
    );
    const outcome = await within(
      options.poolOf(found.route.functionArn).invoke(JSON.stringify(event)),
      timeout,
    );
    if (outcome === undefined) return own("INTEGRATION_TIMEOUT");
    if (!outcome.ok) return own(responseTypeOf(outcome));
    return functionResponse(outcome.payload) ?? own("DEFAULT_5XX");
  }

  for (const port of ports) {
    const bound = await tryListen(server, port);
    if (bound !== undefined) return { port: bound, close: () => closeServer(server) };
  }
  return undefined;
}

/** Errors of Lambda's Invoke, before any function runs: no room for one more, or trouble of its own. */
const rejections = new Set(["TooManyRequestsException", "ServiceException"]);

function responseTypeOf({ error }: Outcome & { ok: false }): GatewayResponseType {
  // Lambda refuses events over 6 MB, which API Gateway passes on as a request that is too large.
  if (error.errorType === "RequestEntityTooLargeException") return "REQUEST_TOO_LARGE";
  return rejections.has(error.errorType) ? "INVOCATION_REJECTED" : "DEFAULT_5XX";
}

/** Where a request goes; `path` is undefined outside the stage. */
function locate(request: IncomingMessage, stage: string) {
  const [rawPath = "/"] = (request.url ?? "/").split("?", 1);
  const prefix = `/${stage}`;
  const inside = rawPath === prefix || rawPath.startsWith(`${prefix}/`);
  return { requestId: randomUUID(), rawPath, path: inside ? rawPath.slice(prefix.length) || "/" : undefined };
}

const gatewayRequest = (
  request: IncomingMessage,
  requestId: string,
  path: string,
  body: Buffer,
): GatewayRequest => ({
  requestId,
  path,
  body,
  receivedAt: new Date(),
  method: request.method ?? "",
  rawQuery: (request.url ?? "").split("?").slice(1).join("?"),
  rawHeaders: request.rawHeaders,
  host: request.headers.host ?? "",
  sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
  port: request.socket.localPort ?? 0,
});

/** The promise's value, or undefined when it takes longer; what comes later is dropped. */
async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
