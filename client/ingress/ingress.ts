import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { GlanceError } from "../../shared/errors.ts";
import { digestsOnFewThreads } from "../../shared/hashing/digests-on-threads.ts";
import { corsHeaders } from "../../shared/http/cors.ts";
import { createConnections } from "../transfer/connections.ts";
import { faultAnswer, sendAnswer } from "./answer.ts";
import { BrokenLengths } from "./broken-lengths.ts";
import { type ClientExchange, publicUrlOf, requestIdOf } from "./client-exchange.ts";
import { forward } from "./forward.ts";
import { type Arrival, createHttpServer } from "./http-server.ts";
import { noJournal, openJournal } from "./journal.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { type Log, stdoutLog } from "./log.ts";
import { putImageData } from "./put-image-data.ts";
import { recoverTransfers } from "./recover-transfers.ts";
import { Refusal } from "./refusal.ts";
import { imageDataPath, type RequestTarget, requestTarget } from "./request-target.ts";
import { RunningUploads } from "./running-uploads.ts";

export interface IngressOptions {
  /** Base URL of the API, with any stage prefix and without a trailing slash. */
  readonly endpoint: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Base URL under which clients reach the ingress, when it is not what they send as Host. */
  readonly publicUrl?: string | undefined;
  /** Directory of the journal of open transfers. */
  readonly journal?: string | undefined;
  /** Web origins whose pages may read answers that are not the endpoint's; preflights are the endpoint's to answer. */
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
}

export interface Ingress {
  readonly url: string;
  /** Stops accepting, gives what runs `graceMs`, ends the rest (aborting transfers), resolves when all is closed. */
  close(graceMs: number): Promise<void>;
}

/** What aborting transfers may take at the end of the grace. */
const FAREWELL_MS = 800;

/** Starts the ingress: recovers what a killed predecessor left, then listens. Throws when it cannot listen. */
export async function startIngress(options: IngressOptions): Promise<Ingress> {
  const { endpoint, allowedOrigins = [], log = stdoutLog } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const connections = createConnections();
  // Of its own, and without a bound but that of the clients' connections: slow requests are in no upload's way.
  const forwarding = createConnections({ perHost: Number.POSITIVE_INFINITY });
  const journal = options.journal === undefined ? noJournal : await openJournal(options.journal, endpoint);
  const running = new RunningUploads(limits.maxUploads);
  const context = {
    endpoint,
    connections,
    journal,
    limits,
    log,
    running,
    startDigests: digestsOnFewThreads(availableParallelism()),
    brokenLengths: new BrokenLengths(),
  };
  let open = 0;

  async function dispatch(exchange: ClientExchange): Promise<void> {
    const image = exchange.request.method === "PUT" ? imageDataPath(exchange.path) : undefined;
    if (image) await putImageData(exchange, image, context);
    else await forward(exchange, { ...context, connections: forwarding });
  }

  /** A client that does not take its answer is not waited for. */
  function farewell(response: ServerResponse): void {
    if (response.writableFinished || response.destroyed) return;
    const timer = setTimeout(() => response.destroy(), limits.farewellMs);
    response.once("close", () => clearTimeout(timer));
  }

  async function serve({ request, response, awaitsContinue, fault }: Arrival): Promise<void> {
    const started = performance.now();
    // An answer that the endpoint has given brings its own, which then take the place of these.
    for (const [name, value] of Object.entries(corsHeaders(allowedOrigins, request.headers.origin))) {
      response.setHeader(name, value);
    }
    let at: RequestTarget = { target: "/", path: "/" };
    let refusal = fault;
    try {
      at = requestTarget(request.url ?? "/");
    } catch (error) {
      refusal ??=
        error instanceof GlanceError ? error : new Refusal(400, "The request's path cannot be used.");
    }
    const exchange: ClientExchange = {
      request,
      response,
      ...at,
      requestId: requestIdOf(request),
      publicUrl: publicUrlOf(request, options.publicUrl),
      awaitsContinue,
      bytes: 0,
    };
    open += 1;
    try {
      if (refusal) await sendAnswer(exchange, faultAnswer(refusal, exchange), limits);
      else await dispatch(exchange);
    } finally {
      open -= 1;
      farewell(response);
      log("request", {
        request_id: exchange.requestId,
        method: request.method,
        path: exchange.path,
        status: response.headersSent ? response.statusCode : null,
        bytes: exchange.bytes,
        ms: Math.round(performance.now() - started),
      });
    }
  }

  const server = createHttpServer(limits, (arrival) => {
    serve(arrival).catch((error: unknown) => {
      log("failed", { stack: error instanceof Error ? error.stack : String(error) });
      arrival.response.destroy();
    });
  });

  await recoverTransfers(context);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });

  const untilIdle = async (ms: number) => {
    for (const end = Date.now() + ms; open > 0 && Date.now() < end; ) await sleep(20);
  };
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    close: async (graceMs) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await untilIdle(graceMs);
      running.stopAll();
      await untilIdle(FAREWELL_MS);
      server.closeAllConnections();
      connections.close();
      forwarding.close();
      await closed;
    },
  };
}
