import type { CallerName, Callers } from "../rbac/callers.ts";
import { type HttpAnswer, send } from "./http-request.ts";

/** One of the two Glances. */
export interface Target {
  readonly url: string;
  readonly callers: Callers;
  /** Its database may refuse a writer beside another one with a 500, which says nothing of the API. */
  readonly repeats500?: boolean;
}

export interface AskOptions {
  /** Body as JSON. */
  readonly json?: unknown;
  /** Body as it is. */
  readonly body?: string | Buffer;
  /** Content-Type; null: none. By default what the method usually has. */
  readonly type?: string | null;
  /** Accept; null: none. By default JSON. */
  readonly accept?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Exchange {
  readonly caller: CallerName;
  readonly method: string;
  readonly path: string;
  /** Beginning of the body, Content-Type and Accept of the request. */
  readonly sent: string;
  readonly type: string;
  readonly accept: string;
  readonly answer: HttpAnswer;
  /** The answer is that of the address to which the server redirected. */
  readonly redirected: boolean;
}

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says; scripts pick ids and links out of it.
  readonly json: any;
}

const PATCH_V21 = "application/openstack-images-v2.1-json-patch";

function usualType(method: string, { json, body }: AskOptions): string | null {
  if (json !== undefined) return method === "PATCH" ? PATCH_V21 : "application/json";
  return body === undefined ? null : "application/octet-stream";
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** A run of one script on one server: what was asked and answered, and which ids stand for which images. */
export class Session {
  readonly exchanges: Exchange[] = [];
  /** Images of this script: their ids, and which of its creates made them. */
  readonly ids = new Map<string, number>();
  /** What else has ids, and the names by which they are compared. */
  readonly named = new Map<string, string>();
  #creates = 0;
  readonly target: Target;
  /** The same on both servers, another one in every run and script. */
  readonly nonce: string;

  constructor(target: Target, nonce: string) {
    this.target = target;
    this.nonce = nonce;
  }

  get projects() {
    return this.target.callers.projects;
  }

  /** An id that a client chooses: the same on both servers. */
  readonly uuid = (number: number): string =>
    `${this.nonce}-0000-4000-8000-${String(number).padStart(12, "0")}`;

  /** `line` is a method and a path: `GET /v2/images`. */
  readonly ask = async (caller: CallerName, line: string, options: AskOptions = {}): Promise<Reply> => {
    const [method = "", path = ""] = line.split(/ (.*)/s);
    const { json, type = usualType(method, options), accept = "application/json", headers = {} } = options;
    const body = json === undefined ? options.body : JSON.stringify(json);
    const asked = {
      method,
      url: `${this.target.url}${path}`,
      headers: {
        ...this.target.callers.headersOf(caller),
        ...(accept !== null && { Accept: accept }),
        ...(type !== null && { "Content-Type": type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    };
    let answer = await send(asked);
    for (let attempt = 1; this.target.repeats500 && answer.status === 500 && attempt <= 2; attempt += 1) {
      await pause(100 * attempt);
      answer = await send(asked);
    }
    const { location } = answer.headers;
    const redirected = method === "GET" && path.endsWith("/file") && answer.status === 302 && !!location;
    if (redirected) {
      const { Range } = asked.headers as Record<string, string>;
      answer = await send({ method, url: location, headers: { ...(Range && { Range }) } });
    }
    const sent = body === undefined ? "" : body.toString().slice(0, 3000);
    this.exchanges.push({
      caller,
      method,
      path,
      sent,
      type: type ?? "",
      accept: accept ?? "",
      answer,
      redirected,
    });
    const reply: Reply = { status: answer.status, json: parsed(answer.body) };
    if (method === "POST" && path.split("?")[0] === "/v2/images") {
      this.#creates += 1;
      if (answer.status === 201) this.ids.set(reply.json.id, this.#creates);
    }
    return reply;
  };

  /** Creates an image as `caller`; returns its id. */
  readonly image = async (
    attributes: Record<string, unknown> = {},
    caller: CallerName = "demo",
  ): Promise<string> => {
    const { json } = await this.ask(caller, "POST /v2/images", {
      json: { name: "differential", ...attributes },
    });
    return json?.id ?? "no-id";
  };

  /** The same, with the formats and a few bytes of data. */
  readonly active = async (
    attributes: Record<string, unknown> = {},
    caller: CallerName = "demo",
  ): Promise<string> => {
    const id = await this.image({ disk_format: "raw", container_format: "bare", ...attributes }, caller);
    await this.ask(caller, `PUT /v2/images/${id}/file`, { body: "bytes" });
    return id;
  };

  readonly patch = (
    caller: CallerName,
    id: string,
    changes: unknown,
    options: AskOptions = {},
  ): Promise<Reply> => this.ask(caller, `PATCH /v2/images/${id}`, { json: changes, ...options });

  /** Does what both servers need done, and what is not compared. */
  readonly silently = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    const recorded = this.exchanges.length;
    const result = await act();
    this.exchanges.splice(recorded);
    return result;
  };

  /** Follows `next` to the end; compared as one exchange: which images are on which page. */
  readonly pageThrough = async (caller: CallerName, query: string): Promise<void> => {
    const first = this.exchanges.length;
    const pages: string[] = [];
    let path: string | undefined = `/v2/images?${query}`;
    while (path !== undefined && pages.length < 50) {
      const { json }: Reply = await this.ask(caller, `GET ${path}`);
      pages.push((json?.images ?? []).map(({ id }: { id: string }) => id).join(" "));
      path = json?.next;
    }
    const [whole] = this.exchanges.splice(first);
    if (!whole) return;
    const body = Buffer.from(JSON.stringify({ pages: pages.join(" | ") }));
    this.exchanges.push({ ...whole, sent: "and all that follow", answer: { ...whole.answer, body } });
  };

  /** Deletes what is left of the script's images; not part of the comparison. */
  async clear(): Promise<void> {
    const asAdmin = this.target.callers.headersOf("admin");
    for (const id of this.ids.keys()) {
      const url = `${this.target.url}/v2/images/${id}`;
      const remove = () => send({ method: "DELETE", url, headers: asAdmin });
      const { status } = await remove();
      if (status === 500) await remove();
      if (status !== 403) continue;
      const body = JSON.stringify([{ op: "replace", path: "/protected", value: false }]);
      await send({ method: "PATCH", url, headers: { ...asAdmin, "Content-Type": PATCH_V21 }, body });
      await remove();
    }
  }
}
