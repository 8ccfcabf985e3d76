import { createHash } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { bodyOf, type Fault, listen } from "./fake-server.ts";

export interface StoredParts {
  readonly state: string;
  readonly parts: Map<number, { size: number; etag: string; puts: number }>;
}

const md5 = (data: Buffer) => createHash("md5").update(data).digest();

/** Takes a part only with the signed length, a right Content-MD5, an unexpired URL, and no token of a user. */
export class FakeS3 {
  /** Codes of all refusals that were sent. */
  readonly refusals: string[] = [];
  fault: (partNumber: number, attempt: number) => Fault | "wrong-etag" = () => undefined;
  urlLifeMs = 3_600_000;
  keepsBytes = true;
  delayMs = 0;
  readonly #uploads: ReadonlyMap<string, StoredParts>;
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));
  readonly #attempts = new Map<string, number>();
  readonly #bytes = new Map<string, Buffer>();
  #url = "";

  constructor(uploads: ReadonlyMap<string, StoredParts>) {
    this.#uploads = uploads;
  }

  async start(): Promise<void> {
    this.#url = `http://127.0.0.1:${await listen(this.#server)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A URL for one PUT of exactly `size` bytes, and when it expires. */
  sign(uploadId: string, number: number, size: number): { url: string; expires: number } {
    const expires = Date.now() + this.urlLifeMs;
    const url = `${this.#url}/${uploadId}/${number}?length=${size}&expires=${expires}&signature=secret`;
    return { url, expires };
  }

  bytesOf(uploadId: string, number: number): Buffer {
    return this.#bytes.get(`${uploadId}/${number}`) ?? Buffer.alloc(0);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? "/", "http://fake");
    const [, transferId = "", partNumber = ""] = url.pathname.split("/");
    const attempt = (this.#attempts.get(url.pathname) ?? 0) + 1;
    this.#attempts.set(url.pathname, attempt);
    const refuse = (status: number, code: string) => {
      this.refusals.push(code);
      request.resume();
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(`<Error><Code>${code}</Code></Error>`);
    };
    const fault = this.fault(Number(partNumber), attempt);
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
    const transfer = this.#uploads.get(transferId);
    if (transfer?.state !== "open") return refuse(404, "NoSuchUpload");
    let body: Buffer;
    try {
      body = await bodyOf(request);
    } catch {
      return undefined;
    }
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
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
