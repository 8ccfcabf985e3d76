import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { Expression } from "../language/check.ts";
import { parseExpression, parseListExpression } from "../language/parse-expression.ts";
import { PolicySyntaxError } from "../language/policy-syntax-error.ts";
import { PolicyFileError } from "./policy-file-error.ts";

export interface PolicyFile {
  readonly rules: ReadonlyMap<string, Expression>;
  /** Lines of the rules, from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isList = (value: unknown): value is readonly (string | readonly string[])[] =>
  Array.isArray(value) &&
  value.every((entry) => isText(entry) || (Array.isArray(entry) && entry.every(isText)));

/**
 * Where in the file a place of a rule's text is. Quotes, folding and indentation leave the words as they are, so
 * words are counted; the end of the text counts as its last word.
 */
function offsetOf(rule: Node | null, position: number, source: string): number | undefined {
  if (!isScalar(rule) || !isText(rule.value) || !rule.range) return undefined;
  const isBlock = rule.type === "BLOCK_LITERAL" || rule.type === "BLOCK_FOLDED";
  const start = isBlock ? source.indexOf("\n", rule.range[0]) : rule.range[0];
  const words = [...source.slice(start, rule.range[1]).matchAll(/\S+/g)];
  const before = rule.value.slice(0, position).match(/\S+/g)?.length ?? 1;
  const word = words[Math.min(before, words.length) - 1];
  return start + (word?.index ?? 0);
}

/**
 * The operator's rules out of a policy.yaml (or .json): a mapping from names to rules, in the language or in its
 * older list form. Throws PolicyFileError with line and reason.
 */
export function readPolicyFile(source: string, file: string): PolicyFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, prettyErrors: false });
  const fail = (offset: number, reason: string): never => {
    throw new PolicyFileError(file, lineCounter.linePos(offset).line, reason);
  };
  const [fault] = document.errors;
  if (fault) fail(fault.pos[0], fault.message);

  const rules = new Map<string, Expression>();
  const lines = new Map<string, number>();
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return { rules, lines };
  if (!isMap<Node, Node | null>(contents)) {
    return fail(contents.range?.[0] ?? 0, "expected a mapping from rule names to rules");
  }
  for (const { key, value } of contents.items) {
    const at = key.range?.[0] ?? 0;
    const name: unknown = key.toJS(document);
    if (!isText(name)) return fail(at, "the name of a rule must be a text");
    const refuse = (offset: number, reason: string) => fail(offset, `rule ${name}: ${reason}`);
    try {
      const rule: unknown = value?.toJS(document);
      if (isText(rule)) rules.set(name, parseExpression(rule));
      else if (isList(rule)) rules.set(name, parseListExpression(rule));
      // oslo.policy takes a missing value for "always": here nobody is let in by a slip.
      else refuse(at, `expected a text or a list of texts; the empty text "" passes always`);
    } catch (error) {
      // An alias without its anchor, or too many of them.
      if (error instanceof ReferenceError) return refuse(at, error.message);
      if (!(error instanceof PolicySyntaxError)) throw error;
      const offset = offsetOf(value, error.position, source) ?? value?.range?.[0] ?? at;
      refuse(offset, error.message);
    }
    lines.set(name, lineCounter.linePos(at).line);
  }
  return { rules, lines };
}
