import { createHash, randomUUID } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer that takes the place of the real one; "cut" destroys the connection. */
export type Fault = { status: number; body?: string; headers?: Record<string, string> } | "cut" | undefined;

export interface FakeImage {
  status: "queued" | "saving" | "active";
  size?: number;
  checksum?: string;
  sha512?: string;
  broken?: number;
}

interface FakeTransfer {
  id: string;
  imageId: string;
  token: string;
  size: number | null;
  state: "open" | "completing" | "complete" | "aborted";
  failure?: { code: number; message: string };
  lease: number;
  expiresAt: number;
  polls: number;
  parts: Map<number, { size: number; etag: string; puts: number }>;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

type Send = (status: number, body?: unknown) => ServerResponse;

const md5 = (data: Buffer) => createHash("md5").update(data).digest();

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const listen = (server: http.Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );

/**
 * The transfer API under `/prod` and the S3 endpoint its URLs lead to, as small as they can be and strict: S3 takes a
 * part only with the signed length, a right Content-MD5, an unexpired URL, and no token of a user.
 */
export class FakeService {
  readonly images = new Map<string, FakeImage>();
  readonly transfers = new Map<string, FakeTransfer>();
  readonly apiCalls: Seen[] = [];
  readonly s3Refusals: string[] = [];
  apiFault: (call: Seen) => Fault = () => undefined;
  s3Fault: (partNumber: number, attempt: number) => Fault | "wrong-etag" = () => undefined;
  /** Everything that is no transfer call. */
  other: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    response.writeHead(404).end();
  urlLifeMs = 3_600_000;
  /** Looks at a transfer before a completion is done; 0 completes at once. */
  completionPolls = 0;
  failCompletion: FakeTransfer["failure"];
  keepsBytes = true;
  s3DelayMs = 0;
  endpoint = "";
  readonly #api = http.createServer((request, response) => void this.#serveApi(request, response));
  readonly #s3 = http.createServer((request, response) => void this.#serveS3(request, response));
  readonly #attempts = new Map<string, number>();
  readonly #bytes = new Map<string, Buffer>();
  #s3Url = "";

  async start(): Promise<this> {
    this.endpoint = `http://127.0.0.1:${await listen(this.#api)}/prod`;
    this.#s3Url = `http://127.0.0.1:${await listen(this.#s3)}`;
    return this;
  }

  async stop(): Promise<void> {
    for (const server of [this.#api, this.#s3]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  addImage(): string {
    const id = randomUUID();
    this.images.set(id, { status: "queued" });
    return id;
  }

  image(id: string): FakeImage {
    const image = this.images.get(id);
    if (!image) throw new Error(`no image ${id}`);
    return image;
  }

  /** The stored object, parts in order. */
  bytesOf(imageId: string): Buffer {
    const transfer = [...this.transfers.values()].find(
      (one) => one.imageId === imageId && one.state !== "aborted",
    );
    const numbers = [...(transfer?.parts.keys() ?? [])].sort((a, b) => a - b);
    return Buffer.concat(
      numbers.map((number) => this.#bytes.get(`${transfer?.id}/${number}`) ?? Buffer.alloc(0)),
    );
  }

  partsOf(imageId: string) {
    return [...this.transfers.values()]
      .filter((one) => one.imageId === imageId)
      .flatMap((one) => [...one.parts])
      .sort(([a], [b]) => a - b);
  }

  async #serveApi(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? "/", "http://fake");
    const call = { method: request.method ?? "", path: url.pathname, headers: request.headers };
    this.apiCalls.push(call);
    const fault = this.apiFault(call);
    if (fault === "cut") return response.destroy();
    if (fault) {
      await bodyOf(request);
      return response.writeHead(fault.status, fault.headers).end(fault.body);
    }
    const match = /^\/prod\/v2\/images\/([^/]+)\/transfers(?:\/([^/]+)(\/parts|\/complete)?)?$/.exec(
      call.path,
    );
    if (!match) return this.other(request, response);
    const send = (status: number, body?: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json", "x-openstack-request-id": "req-api" })
        .end(body === undefined ? undefined : JSON.stringify(body));
    const text = (await bodyOf(request)).toString();
    const body = text === "" ? undefined : JSON.parse(text);
    const [, imageId = "", transferId, action] = match;
    const image = this.images.get(imageId);
    if (!image) return send(404, { message: "no image" });
    if (transferId === undefined) return this.#open(imageId, image, request, body, send);

    const transfer = this.transfers.get(transferId);
    if (!transfer) return send(404, { message: "no transfer" });
    if (request.headers["x-image-transfer-token"] !== transfer.token) return send(401, { message: "token" });
    transfer.expiresAt = Date.now() + transfer.lease * 1000;
    if (action === "/parts") return this.#sign(transfer, body, send);
    if (action === "/complete") return this.#complete(transfer, image, body, send);
    if (request.method === "DELETE") {
      if (transfer.state === "open") {
        transfer.state = "aborted";
        image.status = "queued";
        if (url.searchParams.get("broken") === "true" && transfer.size !== null) image.broken = transfer.size;
      }
      return send(204);
    }
    if (transfer.state === "completing" && --transfer.polls <= 0) this.#finish(transfer, image);
    send(200, {
      id: transfer.id,
      image_id: imageId,
      state: transfer.state,
      parts: [],
      failure: transfer.failure,
    });
  }

  #open(
    imageId: string,
    image: FakeImage,
    request: IncomingMessage,
    body: { size: number | null; lease: number },
    send: Send,
  ): ServerResponse {
    if (request.headers["x-auth-token"] !== "user-token") return send(401, { message: "who are you" });
    const living = [...this.transfers.values()].some(
      (one) => one.imageId === imageId && one.state === "open" && one.expiresAt > Date.now(),
    );
    if (image.status === "active" || living) return send(409, { message: "not queued" });
    if (image.broken !== undefined && body.size !== null && body.size < image.broken) {
      return send(400, { message: "smaller than the broken upload" });
    }
    const transfer: FakeTransfer = {
      id: randomUUID(),
      imageId,
      token: `transfer-token-${randomUUID()}`,
      size: body.size,
      state: "open",
      lease: body.lease,
      expiresAt: Date.now() + body.lease * 1000,
      polls: this.completionPolls,
      parts: new Map(),
    };
    this.transfers.set(transfer.id, transfer);
    image.status = "saving";
    const partSize = body.size === null ? null : 16 * 1024 * 1024;
    return send(201, {
      id: transfer.id,
      image_id: imageId,
      state: "open",
      token: transfer.token,
      part_size: partSize,
    });
  }

  #sign(
    transfer: FakeTransfer,
    { parts }: { parts: { number: number; size: number }[] },
    send: Send,
  ): ServerResponse {
    if (transfer.state !== "open") return send(409, { message: `the transfer is ${transfer.state}` });
    const expires = Date.now() + this.urlLifeMs;
    return send(200, {
      expires_at: new Date(expires).toISOString(),
      parts: parts.map(({ number, size }) => ({
        number,
        size,
        url: `${this.#s3Url}/${transfer.id}/${number}?length=${size}&expires=${expires}&signature=secret`,
      })),
    });
  }

  #complete(
    transfer: FakeTransfer,
    image: FakeImage,
    body: {
      size: number;
      checksum: string;
      os_hash_value: string;
      parts: { number: number; etag: string }[];
    },
    send: Send,
  ): ServerResponse {
    if (transfer.state === "complete") return send(200, { state: "complete", image_status: image.status });
    const stored = [...transfer.parts].sort(([a], [b]) => a - b);
    const isSame =
      stored.length === body.parts.length &&
      stored.every(
        ([number, { etag }], at) => body.parts[at]?.number === number && body.parts[at]?.etag === etag,
      );
    const total = stored.reduce((sum, [, { size }]) => sum + size, 0);
    if (!isSame || total !== body.size) return send(400, { message: "other parts" });
    Object.assign(image, { size: body.size, checksum: body.checksum, sha512: body.os_hash_value });
    if (transfer.polls > 0) {
      transfer.state = "completing";
      return send(202, { state: "completing", image_status: "saving" });
    }
    this.#finish(transfer, image);
    return send(200, { state: transfer.state, image_status: image.status });
  }

  #finish(transfer: FakeTransfer, image: FakeImage): void {
    transfer.state = this.failCompletion ? "aborted" : "complete";
    if (this.failCompletion) transfer.failure = this.failCompletion;
    image.status = this.failCompletion ? "queued" : "active";
  }

  async #serveS3(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? "/", "http://fake");
    const [, transferId = "", partNumber = ""] = url.pathname.split("/");
    const attempt = (this.#attempts.get(url.pathname) ?? 0) + 1;
    this.#attempts.set(url.pathname, attempt);
    const refuse = (status: number, code: string) => {
      this.s3Refusals.push(code);
      request.resume();
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(`<Error><Code>${code}</Code></Error>`);
    };
    const fault = this.s3Fault(Number(partNumber), attempt);
    if (fault === "cut") {
      return request.once("data", () => request.socket.destroy());
    }
    if (typeof fault === "object") return refuse(fault.status, fault.body ?? "Fault");
    const { headers } = request;
    if (headers["x-auth-token"] !== undefined) return refuse(400, "TokenLeaked");
    if (headers["transfer-encoding"] !== undefined) return refuse(501, "NotImplemented");
    if (headers["content-length"] !== url.searchParams.get("length"))
      return refuse(403, "SignatureDoesNotMatch");
    if (Number(url.searchParams.get("expires")) < Date.now()) return refuse(403, "AccessDenied");
    const transfer = this.transfers.get(transferId);
    if (transfer?.state !== "open") return refuse(404, "NoSuchUpload");
    let body: Buffer;
    try {
      body = await bodyOf(request);
    } catch {
      return undefined;
    }
    if (this.s3DelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.s3DelayMs));
    if (headers["content-md5"] !== md5(body).toString("base64")) return refuse(400, "BadDigest");
    const number = Number(partNumber);
    const etag = md5(body).toString("hex");
    transfer.parts.set(number, {
      size: body.length,
      etag,
      puts: (transfer.parts.get(number)?.puts ?? 0) + 1,
    });
    if (this.keepsBytes) this.#bytes.set(`${transferId}/${number}`, body);
    return response.writeHead(200, { etag: fault === "wrong-etag" ? '"0"' : `"${etag}"` }).end();
  }
}
