import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from "yaml";
import { ownValue } from "../../shared/own-value.ts";
import { isMapping } from "./mapping.ts";
import { plainValue } from "./plain-scalars.ts";

/** Outside of what PyYAML's reader takes as text. */
const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** Tabs before a token, which PyYAML's scanner does not skip. */
const tabs = /^ *\t|[:,[{-] *\t/m;
const MERGE = "<<";
const TAG = "tag:yaml.org,2002:";

const typed: Readonly<Record<string, readonly string[]>> = {
  int: ["bigint"],
  float: ["number", "bigint"],
  bool: ["boolean"],
  null: ["object"],
};

/** Builds the values of one document; nodes that aliases name again are the same value. */
class Builder {
  readonly #document: Document;
  readonly #built = new Map<unknown, unknown>();
  readonly #open = new Set<unknown>();

  constructor(document: Document) {
    this.#document = document;
  }

  value(node: unknown): unknown {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) throw new Error("an alias without its anchor");
      return this.value(target);
    }
    if (isScalar(node)) return this.#scalar(node);
    if (this.#built.has(node)) return this.#built.get(node);
    if (this.#open.has(node)) throw new Error("a value that contains itself");
    this.#open.add(node);
    const value = isMap(node) ? this.#mapping(node) : isSeq(node) ? this.#list(node) : undefined;
    if (value === undefined) throw new Error("a node of an unknown kind");
    this.#open.delete(node);
    this.#built.set(node, value);
    return value;
  }

  #list(node: { items: unknown[]; tag?: string }): unknown[] {
    this.#tagIs(node.tag, "seq");
    return node.items.map((item) => this.value(item));
  }

  #scalar(node: { value: unknown; type?: string; tag?: string; source?: string }): unknown {
    const text = String(node.value ?? "");
    const isPlain = node.type === undefined || node.type === "PLAIN";
    if (node.tag === undefined) {
      if (isPlain && text === "=") throw new Error("a lone = means nothing");
      return isPlain ? plainValue(text) : text;
    }
    if (node.tag === `${TAG}str`) return text;
    const wanted = ownValue(typed, node.tag.replace(TAG, ""));
    const value = plainValue(text);
    if (!node.tag.startsWith(TAG) || !wanted?.includes(typeof value)) throw new Error("an unknown tag");
    return node.tag === `${TAG}float` ? Number(value) : value;
  }

  /** Later keys go before earlier ones of that name, written ones before merged ones. */
  #mapping(node: YAMLMap): object {
    this.#tagIs(node.tag, "map");
    const merged: Record<PropertyKey, unknown> = Object.create(null);
    const written: Record<PropertyKey, unknown> = Object.create(null);
    for (const { key, value } of node.items as Pair[]) {
      if (this.#isMerge(key)) Object.assign(merged, this.#toMerge(value));
      else Object.assign(written, { [this.#keyOf(key)]: this.value(value) });
    }
    return Object.assign(merged, written);
  }

  #isMerge = (key: unknown): boolean =>
    isScalar(key) && key.value === MERGE && key.tag === undefined && (key.type ?? "PLAIN") === "PLAIN";

  /** Of several mappings the first goes before the others. */
  #toMerge(node: unknown): object {
    const value = this.value(node);
    const mappings = Array.isArray(value) ? value : [value];
    if (!mappings.every(isMapping)) throw new Error("only mappings can be merged");
    return Object.assign(Object.create(null), ...mappings.toReversed());
  }

  /** Keys that are no text (`1`, `no`) are kept apart from text that looks the same. */
  #keyOf(node: unknown): PropertyKey {
    const key = this.value(node);
    if (typeof key === "string") return key;
    if (typeof key === "object" && key !== null) throw new Error("a key that is a list or mapping");
    return Symbol(String(key));
  }

  #tagIs(tag: string | undefined, kind: string): void {
    if (tag !== undefined && tag !== TAG + kind) throw new Error("an unknown tag");
  }
}

/**
 * The value of a YAML text as PyYAML's safe_load makes it, YAML 1.1 with merge keys. Whole numbers are bigints; mappings
 * have no prototype; keys that are no text are symbols. Throws Error whose message quotes nothing of the text.
 */
export function yamlDocument(text: string): unknown {
  if (unprintable.test(text)) throw new Error("a character that is no text");
  if (text.startsWith("\ufeff")) throw new Error("a byte order mark");
  if (tabs.test(text.replace(/(^|\s)#.*$/gm, ""))) throw new Error("a tab where only spaces may be");
  // Words stay words: what they mean is decided here.
  const document = parseDocument(text, {
    schema: "failsafe",
    version: "1.1",
    uniqueKeys: false,
    logLevel: "error",
  });
  const [fault] = document.errors;
  if (fault) throw new Error(`${fault.code} at line ${fault.linePos?.[0].line ?? "?"}`);
  return new Builder(document as unknown as Document).value(document.contents);
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const marker = "\u0000number";

/** The value of a JSON text in the form of `yamlDocument`. Throws SyntaxError. */
export function jsonDocument(text: string): unknown {
  JSON.parse(text);
  // JSON.parse rounds long numbers: they are carried past it as text.
  const carried = text.replace(stringOrNumber, (token) =>
    token.startsWith('"') ? token : JSON.stringify({ [marker]: token }),
  );
  return JSON.parse(carried, (_key, value: unknown) => {
    if (!isMapping(value)) return value;
    const number = ownValue(value, marker);
    if (typeof number !== "string") return Object.assign(Object.create(null), value);
    return /^-?\d+$/.test(number) ? BigInt(number) : Number(number);
  });
}
