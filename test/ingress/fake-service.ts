import { randomUUID } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { FakeS3 } from "./fake-s3.ts";
import { bodyOf, type Fault, listen } from "./fake-server.ts";

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

/** `user-token`, or `token-of-NAME` for other projects. */
const projectOf = (token: unknown): string | undefined =>
  token === "user-token" ? "user" : /^token-of-(\w+)$/.exec(String(token))?.[1];

/** The transfer API under `/prod`, as small as it can be, and the S3 endpoint that its URLs lead to. */
export class FakeService {
  readonly images = new Map<string, FakeImage>();
  readonly transfers = new Map<string, FakeTransfer>();
  readonly s3 = new FakeS3(this.transfers);
  /** Images of which an upload with data failed: an empty one looks like its repeat. */
  readonly failed = new Set<string>();
  readonly apiCalls: Seen[] = [];
  /** Bodies of the openings that succeeded. */
  readonly opened: { size: number | null; announced?: boolean }[] = [];
  apiFault: (call: Seen) => Fault = () => undefined;
  /** Everything that is no transfer call. */
  other: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    response.writeHead(404).end();
  /** Looks at a transfer before a completion is done; 0 completes at once. */
  completionPolls = 0;
  failCompletion: FakeTransfer["failure"];
  endpoint = "";
  readonly #api = http.createServer((request, response) => void this.#serveApi(request, response));

  async start(): Promise<this> {
    this.endpoint = `http://127.0.0.1:${await listen(this.#api)}/prod`;
    await this.s3.start();
    return this;
  }

  async stop(): Promise<void> {
    this.#api.closeAllConnections();
    await new Promise((resolve) => this.#api.close(resolve));
    await this.s3.stop();
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
    return Buffer.concat(numbers.map((number) => this.s3.bytesOf(transfer?.id ?? "", number)));
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
        if (transfer.size !== 0) this.failed.add(imageId);
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
    body: { size: number | null; lease: number; broken?: boolean; announced?: boolean },
    send: Send,
  ): ServerResponse {
    const project = projectOf(request.headers["x-auth-token"]);
    if (project === undefined) return send(401, { message: "who are you" });
    if (body.broken && body.size !== null) {
      image.broken = Math.max(image.broken ?? 0, body.size);
      this.failed.add(imageId);
      return send(204);
    }
    const living = [...this.transfers.values()].some(
      (one) => one.imageId === imageId && one.state === "open" && one.expiresAt > Date.now(),
    );
    if (image.status === "active" || living) return send(409, { message: "not queued" });
    if (image.broken !== undefined && body.size !== null && body.size < image.broken) {
      return send(400, { message: "smaller than the broken upload" });
    }
    if (body.size === 0 && this.failed.has(imageId))
      return send(400, { message: "a repeat without its data" });
    this.opened.push(body);
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
      project_id: project,
      part_size: partSize,
    });
  }

  #sign(
    transfer: FakeTransfer,
    { parts }: { parts: { number: number; size: number }[] },
    send: Send,
  ): ServerResponse {
    if (transfer.state !== "open") return send(409, { message: `the transfer is ${transfer.state}` });
    const signed = parts.map(({ number, size }) => ({
      number,
      size,
      ...this.s3.sign(transfer.id, number, size),
    }));
    return send(200, {
      expires_at: new Date(signed[0]?.expires ?? 0).toISOString(),
      parts: signed.map(({ number, size, url }) => ({ number, size, url })),
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
}
