import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** More than issuers and rotations of one test together; made once, because making one takes longer than a test. */
const pairs = 8;
const made: ReturnType<typeof newKeyPair>[] = [];
let taken = 0;
const newKeyPair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Another key pair than the last ones. */
function nextKeyPair(): ReturnType<typeof newKeyPair> {
  const at = taken++ % pairs;
  made[at] ??= newKeyPair();
  return made[at];
}

/** An OpenID Connect issuer: an RSA key, its key set over HTTP, and tokens with whatever header and payload. */
export class FakeIssuer {
  readonly #server = createServer((_, response) => {
    this.reads += 1;
    response.writeHead(this.status, { "Content-Type": "application/json" }).end(this.body());
  });
  #keys = new Map<string, { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>();
  reads = 0;
  status = 200;
  body: () => string = () => JSON.stringify({ keys: this.jwks() });
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as { port: number }).port;
    this.rotate("k1");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Only the key of this name from now on. */
  rotate(kid: string): void {
    this.#keys = new Map([[kid, nextKeyPair()]]);
  }

  jwks(): unknown[] {
    return [...this.#keys].map(([kid, { publicKey }]) => ({
      ...publicKey.export({ format: "jwk" }),
      kid,
      use: "sig",
      alg: "RS256",
    }));
  }

  #key() {
    const [entry] = this.#keys;
    if (!entry) throw new Error("no key");
    return { kid: entry[0], ...entry[1] };
  }

  payload(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.url,
      aud: "glance",
      sub: "user-1",
      preferred_username: "demo",
      project: "p1",
      groups: ["Member"],
      iat: now,
      exp: now + 3600,
      ...changes,
    };
  }

  /** Rightly signed with RS256, whatever header and payload say. */
  token(payload: unknown = this.payload(), header: Record<string, unknown> = {}): string {
    const { kid, privateKey } = this.#key();
    const input = `${encode({ alg: "RS256", typ: "JWT", kid, ...header })}.${encode(payload)}`;
    return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  }

  /** Signed with a secret that everybody knows: the public key. */
  tokenByPublicKey(alg = "HS256"): string {
    const { kid, publicKey } = this.#key();
    const input = `${encode({ alg, typ: "JWT", kid })}.${encode(this.payload())}`;
    const secret = publicKey.export({ type: "spki", format: "pem" });
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  }
}
