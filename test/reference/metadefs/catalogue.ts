import { send } from "../differential/http-request.ts";
import type { AskOptions, Reply, Session } from "../differential/session.ts";
import type { CallerName } from "../rbac/callers.ts";

const NAMESPACES = "/v2/metadefs/namespaces";

/** A name or a part of one as it goes into a path. */
export const encoded = (name: string): string => encodeURIComponent(name);

/** The namespaces of one script. All their names begin with the script's own word, which tells them from others'. */
export class Catalogue {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  readonly nameOf = (name: string): string => `${this.session.nonce}-${name}`;

  /** `rest` is the path behind the namespace's own, or a query. */
  readonly path = (name: string, rest = ""): string => `${NAMESPACES}/${encoded(this.nameOf(name))}${rest}`;

  readonly ask = (caller: CallerName, line: string, options?: AskOptions): Promise<Reply> =>
    this.session.ask(caller, line, options);

  /** Asks as admin of a namespace: `GET`, `"a"`, `"/objects"`. */
  readonly of = (method: string, name: string, rest = "", json?: unknown): Promise<Reply> =>
    this.ask("admin", `${method} ${this.path(name, rest)}`, json === undefined ? {} : { json });

  /** Creates a namespace as admin. */
  readonly create = (name: string, attributes: Record<string, unknown> = {}): Promise<Reply> =>
    this.ask("admin", `POST ${NAMESPACES}`, { json: { namespace: this.nameOf(name), ...attributes } });

  /** Replaces a namespace's own fields as admin; it keeps its name unless `attributes` has another. */
  readonly update = (name: string, attributes: Record<string, unknown> = {}): Promise<Reply> =>
    this.of("PUT", name, "", { namespace: this.nameOf(name), ...attributes });

  /** A list of all namespaces, compared for those of this script: each server has others beside them. */
  readonly listOwn = async (caller: CallerName, query = "limit=500"): Promise<void> => {
    const { status, json } = await this.ask(caller, `GET ${NAMESPACES}?${query}`);
    const exchange = this.session.exchanges.pop();
    if (!exchange) return;
    const { namespaces, next: _, ...others } = status === 200 ? json : { namespaces: [] };
    const isOwn = ({ namespace }: { namespace: string }) => namespace.startsWith(this.session.nonce);
    const body = Buffer.from(JSON.stringify({ namespaces: namespaces.filter(isOwn), ...others }));
    this.session.exchanges.push(
      status === 200 ? { ...exchange, answer: { ...exchange.answer, body } } : exchange,
    );
  };

  /** Follows `next` to the end; compared as one exchange: which namespaces are on which page. */
  readonly pageThrough = async (caller: CallerName, query: string): Promise<void> => {
    const first = this.session.exchanges.length;
    const pages: string[] = [];
    let path: string | undefined = `${NAMESPACES}?${query}`;
    while (path !== undefined && pages.length < 50) {
      const { json }: Reply = await this.ask(caller, `GET ${path}`);
      const names = (json?.namespaces ?? []).map(({ namespace }: { namespace: string }) => namespace);
      pages.push(names.join(" "));
      path = json?.next;
    }
    const [whole] = this.session.exchanges.splice(first);
    if (!whole) return;
    const body = Buffer.from(JSON.stringify({ pages: pages.join(" | ") }));
    this.session.exchanges.push({
      ...whole,
      sent: "and all that follow",
      answer: { ...whole.answer, body },
    });
  };
}

interface Page {
  readonly namespaces: readonly { readonly namespace: string; readonly created_at: string }[];
  readonly next?: string;
}

/** A page of the newest; Glance reads some 20 ms for each namespace that it lists. */
const NEWEST = `${NAMESPACES}?limit=5`;
/** Nothing of these scripts is older; times are whole seconds. */
const began = new Date(Date.now() - 2000).toISOString();

/** Deletes what is left of the namespaces of these scripts, so that lists stay short; not part of the comparison. */
export async function clearNamespaces({ target, nonce }: Session): Promise<void> {
  const headers = { ...target.callers.headersOf("admin"), "Content-Type": "application/json" };
  const of = (name: string) => ({ url: `${target.url}${NAMESPACES}/${encoded(name)}`, headers });
  const tried = new Set<string>();
  let path: string | undefined = NEWEST;
  while (path !== undefined) {
    const { body } = await send({ method: "GET", url: `${target.url}${path}`, headers });
    const { namespaces, next }: Page = JSON.parse(body.toString());
    const own = namespaces
      .map(({ namespace }) => namespace)
      .filter((name) => name.startsWith(nonce) && !tried.has(name));
    for (const namespace of own) {
      tried.add(namespace);
      const { status } = await send({ method: "DELETE", ...of(namespace) });
      if (status !== 403) continue;
      await send({ method: "PUT", ...of(namespace), body: JSON.stringify({ namespace, protected: false }) });
      await send({ method: "DELETE", ...of(namespace) });
    }
    if ((namespaces.at(-1)?.created_at ?? "") < began) return;
    // A page cannot begin after what was deleted just now.
    path = own.length === 0 ? next : NEWEST;
  }
}
