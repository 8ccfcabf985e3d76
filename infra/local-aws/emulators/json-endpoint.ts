import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createBoundedServer } from "../bounded-server.ts";
import type { Clock } from "../clock.ts";
import type { Judge, Principal } from "../iam/principal.ts";
import { verifySignature } from "../iam/sigv4.ts";
import { closeServer, listen } from "../loopback.ts";
import { AwsFailure } from "./aws-failure.ts";
import type { Dispatch } from "./json-endpoint/dispatch.ts";
import { errorBody, failureOf } from "./json-endpoint/error-body.ts";
import { parseInput, readBody } from "./json-endpoint/request-body.ts";
import type { JsonService } from "./json-service.ts";

/** The SDK's agents keep idle connections, and are told of this time: they do not begin a call when it is over. */
const IDLE_MS = 310_000;

export interface JsonEndpointOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** What becomes reachable once the template is read. */
export interface JsonEndpointServices {
  readonly services: readonly JsonService[];
  readonly judge: Judge;
  readonly dispatch: Dispatch;
}

export interface JsonEndpoint {
  readonly port: number;
  /** Until then every call is answered 503. */
  serve(services: JsonEndpointServices): void;
  close(): Promise<void>;
}

/**
 * One HTTP server on 127.0.0.1 for the services with AWS's JSON protocol, told apart by `X-Amz-Target`. Every call
 * must carry a right signature; what no service takes is refused by name. It listens before the services are
 * known, because the template's queue URLs contain the port. `port` is a wish: another is taken when it is busy.
 */
export async function startJsonEndpoint(port: number, options: JsonEndpointOptions): Promise<JsonEndpoint> {
  let served: JsonEndpointServices | undefined;
  const server = createBoundedServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    answer(request, response, served, options).catch(options.onError);
  });
  return {
    port: await listen(server, port),
    serve: (services) => {
      served = services;
    },
    close: () => closeServer(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: JsonEndpointServices | undefined,
  options: JsonEndpointOptions,
): Promise<void> {
  const [prefix = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const service = served?.services.find(({ targetPrefix }) => targetPrefix === prefix);
  let status = 200;
  let body: string;
  try {
    if (!served) throw new AwsFailure("ServiceUnavailable", "the runtime is still starting", 503);
    if (!service) {
      throw new AwsFailure(
        "UnknownOperationException",
        `the local runtime has no service for the target ${prefix || "(none)"}`,
      );
    }
    const bytes = await readBody(request);
    const principal = authenticate(request, bytes, service, served.judge, options);
    const trace = request.headers["x-amzn-trace-id"];
    const input = parseInput(bytes);
    body = JSON.stringify(await served.dispatch(principal, service, operation, input, trace?.toString()));
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== error) options.onError(error);
    status = failure.status;
    body = errorBody(failure, service?.signingName ?? "");
  }
  if (!request.complete) response.setHeader("Connection", "close");
  response.writeHead(status, {
    "Content-Type": "application/x-amz-json-1.0",
    "Content-Length": Buffer.byteLength(body),
    "x-amzn-RequestId": randomUUID(),
  });
  response.end(body);
}

function authenticate(
  request: IncomingMessage,
  body: Buffer,
  service: JsonService,
  judge: Judge,
  { region, clock }: JsonEndpointOptions,
): Principal {
  const [rawPath = "/", rawQuery = ""] = (request.url ?? "/").split("?", 2);
  const { principal } = verifySignature(
    { method: request.method ?? "POST", rawPath, rawQuery, headers: request.headers },
    { service: service.signingName, region, clock, principalOf: judge.principalOf },
    createHash("sha256").update(body).digest("hex"),
  );
  return principal;
}
