import { PatternError } from "./pattern-error.ts";
import { literal, patternEscape } from "./pattern-escape.ts";
import type { Protection } from "./protection.ts";

const word = "[\\p{L}\\p{N}_]";
// Look-aheads, as those cannot be repeated either.
const atWordEdge = `(?=(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
const notAtWordEdge = `(?=(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
/** Python's `$` also stands before a line end that ends the text. */
const end = "(?=\\n?$)";

interface Group {
  /** Whether `.` takes a line end too. */
  readonly dotAll: boolean;
  /** What it can be referred to by, once it is closed. */
  readonly references: readonly string[];
}

/** Reads a pattern of Python's `re` once from left to right. */
class PatternReader {
  readonly #text: string;
  #at = 0;
  /** Those that are open, the whole pattern first. */
  readonly #groups: Group[] = [];
  readonly #closed = new Set<string>();
  #captures = 0;
  flags = "v";

  constructor(text: string) {
    this.#text = text;
  }

  whole(): string {
    this.#globalFlags();
    let source = "";
    while (this.#at < this.#text.length) source += this.#next();
    if (this.#groups.length > 1) this.#refuse("a parenthesis is not closed");
    return source;
  }

  #refuse(reason: string): never {
    throw new PatternError(this.#at + 1, reason);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.#text.slice(this.#at));
    if (found) this.#at += found[0].length;
    return found;
  }

  /** `(?is)` at the very beginning, the only place where Python takes it. */
  #globalFlags(): void {
    const letters = this.#match(/^\(\?([a-zA-Z]+)\)/)?.[1] ?? "";
    for (const letter of letters) this.#flag(letter);
    if (letters.includes("i")) this.flags = "iv";
    this.#groups.push({ dotAll: letters.includes("s"), references: [] });
  }

  #flag(letter: string): void {
    if (!"isu".includes(letter)) this.#refuse(`the flag ${letter} is not supported: only i, s and u are`);
  }

  #next(): string {
    const quantifier = this.#match(/^(?:[*+?]|\{(?!\})(\d*)(,?)(\d*)\})/);
    if (quantifier) return this.#quantifier(quantifier);
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    switch (character) {
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group();
    }
    this.#at += character.length;
    if (character === ")") {
      if (this.#groups.length === 1) this.#refuse("this parenthesis was never opened");
      for (const reference of this.#groups.pop()?.references ?? []) this.#closed.add(reference);
    }
    if (character === ".") return this.#groups.at(-1)?.dotAll ? "[\\s\\S]" : "[^\\n]";
    if (character === "$") return end;
    return ")^|".includes(character) ? character : literal(character);
  }

  #quantifier([text, least, comma, most]: RegExpExecArray): string {
    if (this.#match(/^\+/)) this.#refuse("possessive quantifiers are not supported");
    const lazy = this.#match(/^\?/) ? "?" : "";
    if (least === undefined) return text + lazy;
    return `{${least === "" ? 0 : least}${comma}${most}}${lazy}`;
  }

  #escape(): string {
    const found = patternEscape(this.#text.slice(this.#at));
    if (!found) this.#refuse("an escape that Python does not know");
    this.#at += found.length;
    if (found.kind === "character") return literal(found.character);
    if (found.kind === "class") return found.source;
    if (found.letter === "A") return "^";
    if (found.letter === "Z") return "$";
    if (found.letter === "b") return atWordEdge;
    if (found.letter === "B") return notAtWordEdge;
    const number = found.letter + (this.#match(/^\d/)?.[0] ?? "");
    return `(?:\\${this.#reference(number)})`;
  }

  /** One member of a class: a character, or a class of its own. */
  #member(): { readonly source: string; readonly single: boolean } {
    if (this.#at >= this.#text.length) this.#refuse("a class is not closed: ] is missing");
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    if (character !== "\\") {
      this.#at += character.length;
      return { source: literal(character), single: true };
    }
    const found = patternEscape(this.#text.slice(this.#at));
    if (!found || (found.kind === "other" && found.letter !== "b")) {
      this.#refuse("an escape that Python does not know in a class");
    }
    this.#at += found.length;
    if (found.kind === "class") return { source: found.source, single: false };
    return { source: literal(found.kind === "character" ? found.character : "\b"), single: true };
  }

  #class(): string {
    let source = this.#match(/^\[\^/) ? "[^" : "[";
    if (source === "[") this.#at++;
    // The first member may be a ] of its own.
    for (let first = true; first || this.#text[this.#at] !== "]"; first = false) {
      const from = this.#member();
      source += from.source;
      if (!/^-[^\]]/s.test(this.#text.slice(this.#at))) continue;
      this.#at++;
      const to = this.#member();
      if (!from.single || !to.single) this.#refuse("a range needs a character at both its ends");
      source += `-${to.source}`;
    }
    this.#at++;
    return `${source}]`;
  }

  #group(): string {
    if (this.#match(/^\(\?#[^)]*\)/)) return "";
    const back = this.#match(/^\(\?P=(\w+)\)/);
    if (back) return `\\k<${this.#reference(back[1] ?? "")}>`;
    const named = this.#match(/^\(\?P<([A-Za-z_]\w*)>/);
    if (named) return this.#open(`(?<${named[1]}>`, [`${++this.#captures}`, named[1] ?? ""]);
    const plain = this.#match(/^\((?:\?(?::|=|!|<=|<!))?(?!\?)/);
    if (plain) return this.#open(plain[0], plain[0] === "(" ? [`${++this.#captures}`] : []);
    const flagged = this.#match(/^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/);
    if (!flagged) this.#refuse("this kind of group is not supported");
    const [, on = "", off = ""] = flagged;
    for (const letter of on + off) this.#flag(letter);
    const ignoring = `${on.includes("i") ? "i" : ""}${off.includes("i") ? "-i" : ""}`;
    const dotAll = on.includes("s") || (this.#groups.at(-1)?.dotAll === true && !off.includes("s"));
    return this.#open(`(?${ignoring}:`, [], dotAll);
  }

  #open(
    source: string,
    references: readonly string[],
    dotAll = this.#groups.at(-1)?.dotAll === true,
  ): string {
    this.#groups.push({ dotAll, references });
    return source;
  }

  #reference(name: string): string {
    if (!this.#closed.has(name)) this.#refuse(`there is no group ${name}, or it is not closed yet`);
    return name;
  }
}

/**
 * A pattern of Python's `re` as JavaScript's. What has no counterpart is refused: possessive and atomic groups,
 * conditions, the flags a, L, m and x. Throws PatternError.
 */
export function pythonPattern(text: string): Protection["pattern"] {
  const reader = new PatternReader(text);
  const source = reader.whole();
  try {
    new RegExp(source, reader.flags);
  } catch (error) {
    throw new PatternError(1, (error as Error).message.replace(/^.*: /s, ""));
  }
  return [source, reader.flags];
}
