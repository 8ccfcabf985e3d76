import type { Collection } from "../../../../shared/metadefs/domain/definitions.ts";

/** Definitions by their names; what they say of themselves is one word here. */
type Entries = Map<string, string>;

interface ModelNamespace {
  word: string;
  isPublic: boolean;
  isProtected: boolean;
  owner: string;
  readonly associations: Set<string>;
  readonly content: Readonly<Record<Collection, Entries>>;
}

export interface ModelBase {
  readonly name: string;
  readonly word: string;
  readonly isPublic: boolean;
  readonly isProtected: boolean;
  readonly owner: string | undefined;
}

export interface ModelCaller {
  readonly project: string;
  readonly isAdmin: boolean;
}

/** A refusal, by its status. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(String(status));
    this.status = status;
  }
}
const refuse = (status: number): never => {
  throw new Refused(status);
};

/** What the catalogue must do, in the fewest words: no races, no events, no times, no pages. */
export class CatalogueModel {
  readonly namespaces = new Map<string, ModelNamespace>();
  readonly types = new Set<string>();

  #base({ word, isPublic, isProtected, owner }: ModelBase, caller: ModelCaller) {
    return { word, isPublic, isProtected, owner: owner ?? caller.project };
  }

  #seen(caller: ModelCaller, name: string): ModelNamespace {
    const found = this.namespaces.get(name);
    if (!found || !(caller.isAdmin || found.isPublic || found.owner === caller.project)) return refuse(404);
    return found;
  }

  /** For a change; `deletes` is refused where the namespace is protected. */
  #mine(caller: ModelCaller, name: string): ModelNamespace {
    const found = this.#seen(caller, name);
    return caller.isAdmin ? found : refuse(403);
  }

  create(caller: ModelCaller, base: ModelBase, tags: readonly string[], types: readonly string[]): void {
    if (!caller.isAdmin) refuse(403);
    if (this.namespaces.has(base.name)) refuse(409);
    if (new Set(tags).size < tags.length) refuse(409);
    for (const type of types) this.types.add(type);
    this.namespaces.set(base.name, {
      ...this.#base(base, caller),
      associations: new Set(types),
      content: { objects: new Map(), properties: new Map(), tags: new Map(tags.map((tag) => [tag, ""])) },
    });
  }

  show = (caller: ModelCaller, name: string): ModelNamespace => this.#seen(caller, name);

  update(caller: ModelCaller, name: string, base: ModelBase): void {
    const found = this.#mine(caller, name);
    if (base.name !== name && this.namespaces.has(base.name)) refuse(409);
    this.namespaces.delete(name);
    this.namespaces.set(base.name, Object.assign(found, this.#base(base, caller)));
  }

  delete(caller: ModelCaller, name: string): void {
    if (this.#mine(caller, name).isProtected) refuse(403);
    this.namespaces.delete(name);
  }

  empty(caller: ModelCaller, name: string, collection: Collection): void {
    const found = this.#mine(caller, name);
    if (found.isProtected) refuse(403);
    found.content[collection].clear();
  }

  put(
    caller: ModelCaller,
    name: string,
    collection: Collection,
    entry: { name: string; word: string },
  ): void {
    const entries = this.#mine(caller, name).content[collection];
    if (entries.has(entry.name)) refuse(409);
    entries.set(entry.name, entry.word);
  }

  replace(
    caller: ModelCaller,
    { namespace, name }: { namespace: string; name: string },
    collection: Collection,
    entry: { name: string; word: string },
  ): void {
    const entries = this.#mine(caller, namespace).content[collection];
    if (!entries.has(name)) refuse(404);
    if (entry.name !== name && entries.has(entry.name)) refuse(409);
    const renamed = [...entries].map(([key, word]) =>
      key === name ? [entry.name, entry.word] : [key, word],
    );
    entries.clear();
    for (const [key = "", word = ""] of renamed) entries.set(key, word);
  }

  remove(caller: ModelCaller, namespace: string, collection: Collection, name: string): void {
    const found = this.#mine(caller, namespace);
    if (!found.content[collection].has(name)) refuse(404);
    if (found.isProtected) refuse(403);
    found.content[collection].delete(name);
  }

  tag(caller: ModelCaller, name: string, tags: readonly string[], append: boolean): void {
    const { tags: entries } = this.#mine(caller, name).content;
    if (tags.length === 0) return;
    if (new Set(tags).size < tags.length || (append && tags.some((tag) => entries.has(tag)))) refuse(409);
    if (!append) entries.clear();
    for (const tag of tags) entries.set(tag, "");
  }

  associate(caller: ModelCaller, name: string, type: string): void {
    const { associations } = this.#mine(caller, name);
    if (associations.has(type)) refuse(409);
    associations.add(type);
    this.types.add(type);
  }

  dissociate(caller: ModelCaller, name: string, type: string): void {
    const found = this.#mine(caller, name);
    if (!found.associations.has(type)) refuse(404);
    if (found.isProtected) refuse(403);
    found.associations.delete(type);
  }
}
