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

/** Where a scalar's text begins in the source, if it stands there just as it is. */
function verbatimStart(node: Node, source: string): number | undefined {
  if (!isScalar(node) || !isText(node.value) || !node.range) return undefined;
  const start = node.range[0] + (node.type === "PLAIN" ? 0 : 1);
  return source.startsWith(node.value, start) ? start : undefined;
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
      const start = value ? verbatimStart(value, source) : undefined;
      const offset = start === undefined ? (value?.range?.[0] ?? at) : start + error.position - 1;
      refuse(offset, error.message);
    }
    lines.set(name, lineCounter.linePos(at).line);
  }
  return { rules, lines };
}
