import net from "node:net";

export interface WireAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What came back on one connection. */
export interface Outcome {
  /** Complete final answers, in their order; interim ones (1xx) are left out. */
  readonly answers: readonly WireAnswer[];
  /** From the first byte sent to the first final answer, or to the end of the connection. */
  readonly ms: number;
  readonly ending: "closed" | "reset" | "silent";
}

export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

/** A request as it goes over the wire, `Content-Length` and `Connection: close` added where it names none. */
export function written({ method, target, headers, body = new Uint8Array() }: WireRequest): Buffer {
  const has = (name: string) => headers.some(([each]) => each.toLowerCase() === name);
  const all = [
    ...(has("host") ? [] : [["Host", "hostile.test"] as const]),
    ...headers,
    ...(has("content-length") || has("transfer-encoding") || body.length === 0
      ? []
      : [["Content-Length", String(body.length)] as const]),
    ...(has("connection") ? [] : [["Connection", "close"] as const]),
  ];
  const lines = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

function unchunked(bytes: Buffer): { body: Buffer; length: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (bytes.length < end + 2 + size + 2) return undefined;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
    if (size === 0) return { body: Buffer.concat(parts), length: at };
  }
}

/** The first whole answer in these bytes, and how many of them it takes; `atEnd`: no more will come. */
function firstAnswer(bytes: Buffer, method: string, atEnd: boolean) {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [line = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
  const headers = new Map(
    lines.map((each) => {
      const colon = each.indexOf(":");
      return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()] as const;
    }),
  );
  const rest = bytes.subarray(headEnd + 4);
  const found = (body: Buffer, length: number) => ({
    answer: { status, headers, body },
    length: headEnd + 4 + length,
  });
  if (status < 200 || status === 204 || status === 304 || method === "HEAD") return found(Buffer.alloc(0), 0);
  if (headers.get("transfer-encoding")?.includes("chunked")) {
    const whole = unchunked(rest);
    return whole && found(whole.body, whole.length);
  }
  const stated = headers.get("content-length");
  if (stated === undefined) return atEnd ? found(rest, rest.length) : undefined;
  const length = Number(stated);
  return rest.length < length ? undefined : found(rest.subarray(0, length), length);
}

function answersIn(bytes: Buffer, method: string, atEnd: boolean): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let rest = bytes; ; ) {
    const first = firstAnswer(rest, method, atEnd);
    if (!first) return answers;
    if (first.answer.status >= 200 || first.answer.status === 0) answers.push(first.answer);
    rest = rest.subarray(first.length);
  }
}

export interface Sending {
  /** Written one after the other, each once the one before has left. */
  readonly pieces: readonly Uint8Array[];
  /** Decides how the body of an answer is read. */
  readonly method: string;
  /** Ends this side after the last byte. */
  readonly halfClose?: boolean;
}

/** How long is waited for anything more, once an answer is there and the server keeps the connection. */
const MORE_MS = 60;

/** Sends exactly these bytes on a connection of their own, and collects what comes back within `limitMs`. */
export function sendBytes(base: string, { pieces, method, halfClose }: Sending, limitMs: number) {
  const { hostname, port } = new URL(base);
  return new Promise<Outcome>((resolve) => {
    const began = performance.now();
    const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    let answeredMs: number | undefined;
    let more: NodeJS.Timeout | undefined;
    let isDone = false;
    const finish = (ending: Outcome["ending"]) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(limit);
      clearTimeout(more);
      socket.destroy();
      const answers = answersIn(Buffer.concat(chunks), method, ending !== "silent");
      resolve({ answers, ms: answeredMs ?? performance.now() - began, ending });
    };
    const limit = setTimeout(() => finish("silent"), limitMs);
    socket.setNoDelay(true);
    socket.on("error", () => finish("reset"));
    socket.on("close", () => finish("closed"));
    socket.on("end", () => finish("closed"));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (answersIn(Buffer.concat(chunks), method, false).length === 0) return;
      answeredMs ??= performance.now() - began;
      clearTimeout(more);
      more = setTimeout(() => finish("closed"), MORE_MS);
    });
    socket.on("connect", async () => {
      for (const piece of pieces) await new Promise((sent) => socket.write(piece, sent));
      if (halfClose) socket.end();
    });
  });
}
