import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Faults } from "../../faults.ts";
import { reportFullDisk } from "../../full-disk.ts";
import { verifySignature } from "../../iam/sigv4.ts";
import { oneLine } from "../../start-failure.ts";
import { AwsFailure } from "../aws-failure.ts";
import { errorDocument, type S3Answer, sendAnswer } from "./answer.ts";
import { authorize, requestContext } from "./authorize.ts";
import { accessDenied, type S3Call } from "./call.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { refuseFault } from "./fault-kinds.ts";
import { findBucket } from "./find-object.ts";
import { findOperation } from "./find-operation.ts";
import { internalError, storageFull } from "./internal-error.ts";
import type { S3Options } from "./options.ts";
import { pickFault } from "./pick-fault.ts";
import { answerSlowly } from "./slow-complete.ts";
import type { BucketStore } from "./store/bucket-store.ts";
import { parseTarget, splitUrl } from "./target.ts";

export interface S3Service {
  readonly options: S3Options;
  readonly clock: () => number;
  readonly buckets: ReadonlyMap<string, BucketStore>;
  readonly faults: Faults;
  readonly shutdown: AbortSignal;
}

/** What is noted of a call while it runs, for the call log. */
interface CallNotes {
  principal: string;
  operation: string;
  readonly actions: Set<string>;
  status: number;
  error?: string;
}

/** One request from its head to its entry in the call log. Never throws. */
export async function exchange(
  service: S3Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const at = new Date(service.clock()).toISOString();
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  const notes: CallNotes = { principal: "anonymous", operation: "Unknown", actions: new Set(), status: 200 };
  const documentOf = (failure: AwsFailure) =>
    errorDocument(failure, splitUrl(request.url ?? "/").rawPath, requestId);
  response.setHeader("x-amz-request-id", requestId);
  response.setHeader("x-amz-id-2", "local");
  try {
    const answer = await perform(service, request, response, notes, documentOf);
    if (answer !== undefined) {
      notes.status = answer.status;
      await sendAnswer(response, answer);
    }
  } catch (error) {
    const failure = failureOf(error, request, response, service.options);
    notes.status = failure.status;
    notes.error = failure.code;
    if (response.headersSent) response.destroy();
    else {
      // A client that waits for "100 Continue" must not take this connection for its next request.
      if (request.headers.expect !== undefined) response.setHeader("connection", "close");
      await sendAnswer(response, { status: failure.status, xml: documentOf(failure) });
    }
  }
  await letClientFinish(request, response);
  response.end();
  const { principal, operation, actions, status, error } = notes;
  const { range } = request.headers;
  service.options.onCall({
    at,
    principal,
    service: "s3",
    operation,
    actions: [...actions],
    status,
    ...(error === undefined ? {} : { error }),
    milliseconds: performance.now() - started,
    ...(range !== undefined && { range }),
  });
}

/** Does what is asked. Undefined: it has been answered already. */
async function perform(
  service: S3Service,
  request: IncomingMessage,
  response: ServerResponse,
  notes: CallNotes,
  documentOf: (failure: AwsFailure) => string,
): Promise<S3Answer | undefined> {
  const { options, faults } = service;
  const method = request.method ?? "";
  const headers = request.headers as Readonly<Record<string, string | undefined>>;
  const target = parseTarget(request.url ?? "/");
  const rules = options.buckets.find(({ name }) => name === target.bucket)?.cors ?? [];
  if (method === "OPTIONS") {
    notes.operation = "Preflight";
    findBucket(service, target.bucket);
    return preflight(rules, headers);
  }
  for (const [name, value] of Object.entries(corsHeaders(rules, method, headers)))
    response.setHeader(name, value);

  const signature = verifySignature(
    { method, rawPath: target.rawPath, rawQuery: target.rawQuery, headers: request.headersDistinct },
    {
      service: "s3",
      region: options.region,
      clock: service.clock,
      principalOf: (accessKeyId) => options.judge.principalOf(accessKeyId),
    },
  );
  notes.principal = signature.principal.name;
  const operation = findOperation(method, target, headers);
  notes.operation = operation.name;

  const permits = (action: string, resource: string): boolean =>
    options.judge.allows(
      signature.principal,
      action,
      resource,
      requestContext(action, signature.presigned, target),
    );
  const call: S3Call = {
    request,
    response,
    headers,
    query: target.query,
    buckets: service.buckets,
    region: options.region,
    signature,
    now: service.clock(),
    permits,
    require: (action, resource) => {
      notes.actions.add(action);
      if (!permits(action, resource)) throw accessDenied();
    },
  };
  const work = authorize(operation, call, target);
  const fault = pickFault(faults, operation, call);
  refuseFault(fault);
  const done = async (): Promise<S3Answer> => {
    faults.crashPoint(operation.name, "before");
    const answer = await work(fault === "ConnectionCut" ? { cutAfterBytes: cutPoint(service, headers) } : {});
    faults.crashPoint(operation.name, "after");
    return answer;
  };
  if (fault !== "SlowComplete" && fault !== "ErrorAfter200") return await done();
  const failure = await answerSlowly(
    response,
    slowMilliseconds(service),
    service.shutdown,
    fault === "SlowComplete" ? done : () => Promise.reject(internalError()),
    documentOf,
  );
  if (failure !== undefined) notes.error = failure.code;
  return undefined;
}

const cutPoint = ({ faults }: S3Service, headers: S3Call["headers"]): number =>
  Math.floor(Number(headers["content-length"]) * (0.1 + 0.8 * faults.random()));

function slowMilliseconds({ faults, options }: S3Service): number {
  const [shortest, longest] = options.slowCompleteMilliseconds ?? [1000, 4000];
  return shortest + (longest - shortest) * faults.random();
}

function failureOf(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  { directory, advice }: S3Options,
): AwsFailure {
  if (error instanceof AwsFailure) return error;
  if ((request.destroyed && !request.complete) || response.destroyed) {
    return new AwsFailure("RequestTimeout", "Your socket connection to the server was closed.", 400);
  }
  if (reportFullDisk(error, directory, advice)) return storageFull();
  console.error(`S3 emulator: ${oneLine(error)}`);
  return internalError();
}

const mostDrainedBytes = 256 * 1024 ** 2;

/**
 * After an early refusal the client may still be sending. Closing at once would reset the connection, and many
 * clients then report a broken pipe instead of the refusal; so its body is read and dropped, up to a bound.
 */
async function letClientFinish(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.complete || request.destroyed || response.destroyed) return;
  if (request.headers.expect !== undefined) return;
  response.flushHeaders();
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > mostDrainedBytes) break;
    }
  } catch {
    // The client has gone; the answer was for nobody.
  }
}
