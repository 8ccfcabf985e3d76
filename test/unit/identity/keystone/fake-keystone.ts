import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

interface Known {
  readonly body: Record<string, unknown>;
  readonly expired?: boolean;
}

const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const domain = { id: "default", name: "Default" };

/** The body of a validation of demo's token; `changes` replaces members of the token. */
export const tokenBody = (changes: Record<string, unknown> = {}) => ({
  token: {
    methods: ["password"],
    user: { id: "u1", name: "demo", domain, password_expires_at: null },
    project: { id: "p1", name: "demo-project", domain },
    roles: [
      { id: "r1", name: "Member" },
      { id: "r2", name: "reader" },
    ],
    expires_at: at(3600),
    issued_at: at(0),
    ...changes,
  },
});

/** Path below /v3, without its query -> entries; of which those are shown that have the query's members. */
type Catalog = Record<string, Record<string, unknown>[]>;

/** As much of Keystone as validating tokens and reading limits needs, with its bad days. */
export class FakeKeystone {
  /** How every request is answered. */
  mood: "well" | "silent" | "garbage" | "failing" | "reset" | "moved" | "forbidding" = "well";
  /** Asking about this one is more than it can take. */
  readonly stumbling = "stumbling";
  password = "secret";
  /** Seconds that service tokens live. */
  serviceSeconds = 3600;
  logins = 0;
  /** Subject tokens asked for, in order, with the query of each question. */
  readonly asked: { token: string; query: string }[] = [];
  readonly tokens = new Map<string, Known>();
  /** Lists, shown to those who logged in for the system. */
  readonly catalog: Catalog = { "/services": [], "/endpoints": [], "/limits": [], "/registered_limits": [] };
  /** Questions for lists, in order. */
  readonly listed: string[] = [];
  /** Whether the service's user has a role on the system. */
  hasSystemRole = true;
  readonly #service = new Set<string>();
  #server: Server | undefined;
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/v3`;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    if (this.#server?.listening === true) await once(this.#server, "close");
    this.#server = undefined;
  }

  /** Service tokens issued so far are refused from now on. */
  forgetServiceTokens(): void {
    this.#service.clear();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { "Content-Type": "application/json", ...headers })
        .end(typeof body === "string" ? body : JSON.stringify(body));
    if (this.mood === "silent") return;
    if (this.mood === "reset") return void request.socket.destroy();
    if (this.mood === "garbage") return void send(200, "<html>\u0000not json");
    if (this.mood === "failing") return void send(503, { error: {} });
    if (this.mood === "moved") return void send(307, "", { Location: "http://127.0.0.1:1/" });
    if (request.method === "POST") this.#login(request, send);
    else if (!request.url?.startsWith("/v3/auth/tokens")) this.#list(request, send);
    else this.#validate(request, send);
  }

  #login(request: IncomingMessage, send: (s: number, b: unknown, h?: Record<string, string>) => void): void {
    this.logins += 1;
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (!text.includes(JSON.stringify(this.password))) return send(401, { error: { code: 401 } });
      const isSystem = text.includes('"system":{"all":true}');
      if (isSystem && !this.hasSystemRole) return send(401, { error: { code: 401 } });
      const token = `${isSystem ? "system" : "service"}-${this.logins}`;
      this.#service.add(token);
      send(201, tokenBody({ expires_at: at(this.serviceSeconds) }), { "X-Subject-Token": token });
    });
  }

  #list(request: IncomingMessage, send: (status: number, body: unknown) => unknown): unknown {
    const url = new URL(request.url ?? "", "http://keystone");
    this.listed.push(`${url.pathname}${url.search}`);
    const token = String(request.headers["x-auth-token"]);
    if (!this.#service.has(token)) return send(401, { error: { code: 401 } });
    if (!token.startsWith("system")) return send(403, { error: { code: 403 } });
    const [, list = "", id] = /^\/v3(\/\w+)(?:\/(.+))?$/.exec(url.pathname) ?? [];
    const entries = this.catalog[list] ?? [];
    const name = list.slice(1);
    if (id !== undefined) {
      const found = entries.find((entry) => entry.id === id);
      return found ? send(200, { [name.slice(0, -1)]: found }) : send(404, { error: { code: 404 } });
    }
    const wanted = [...url.searchParams];
    return send(200, {
      [name]: entries.filter((entry) => wanted.every(([member, value]) => entry[member] === value)),
    });
  }

  #validate(request: IncomingMessage, send: (status: number, body: unknown) => unknown): unknown {
    const token = String(request.headers["x-subject-token"]);
    const query = new URL(request.url ?? "", "http://keystone").search;
    this.asked.push({ token, query });
    if (!this.#service.has(String(request.headers["x-auth-token"])))
      return send(401, { error: { code: 401 } });
    if (this.mood === "forbidding") return send(403, { error: { code: 403 } });
    if (token === this.stumbling) return send(500, { error: { code: 500 } });
    const known = this.tokens.get(token);
    if (!known || (known.expired && !query.includes("allow_expired=1")))
      return send(404, { error: { code: 404, message: "Could not recognize Fernet token" } });
    return send(200, known.body);
  }
}
