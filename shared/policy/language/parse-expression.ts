import type { Expression } from "./check.ts";
import { parseSingleCheck } from "./parse-single-check.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Deeper nesting is nobody's policy, and recursion must end before the stack does. */
const MAX_DEPTH = 100;

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = [...tokensOf(text)];
  }

  whole(): Expression {
    const expression = this.#chain("or", () => this.#chain("and", () => this.#operand()));
    const token = this.#take();
    if (token.kind !== "end") throw new PolicySyntaxError(token.at, `unexpected \`${token.text}\``);
    return expression;
  }

  /** The end is never passed: it is taken again and again. */
  #take(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (!token) throw new Error("a rule has no tokens");
    this.#next++;
    return token;
  }

  #skip(kind: Token["kind"]): boolean {
    const found = this.#tokens[this.#next]?.kind === kind;
    if (found) this.#next++;
    return found;
  }

  #chain(operator: "and" | "or", operand: () => Expression): Expression {
    const first = operand();
    const operands = [first];
    while (this.#skip(operator)) operands.push(operand());
    return operands.length === 1 ? first : [operator, operands];
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === "check") return token.check;
    if (token.kind !== "not" && token.kind !== "(") {
      const found = token.kind === "end" ? token.text : `\`${token.text}\``;
      throw new PolicySyntaxError(token.at, `expected a check, found ${found}`);
    }
    if (++this.#depth > MAX_DEPTH) throw new PolicySyntaxError(token.at, "nested too deeply");
    const inner: Expression =
      token.kind === "not"
        ? ["not", this.#operand()]
        : this.#chain("or", () => this.#chain("and", () => this.#operand()));
    if (token.kind === "(" && !this.#skip(")")) {
      throw new PolicySyntaxError(token.at, "this parenthesis is not closed");
    }
    this.#depth--;
    return inner;
  }
}

/**
 * A rule in oslo.policy's language: `not` binds tightest, then `and`, then `or`; keywords in any case; the empty
 * text always passes. Throws PolicySyntaxError where oslo.policy would log the fault and deny.
 */
export const parseExpression = (text: string): Expression => (text === "" ? true : new Parser(text).whole());

/**
 * The older form: a list of alternatives, each a check or a list of checks that must all pass. An empty list always
 * passes, a list of nothing but empty ones never does. Throws PolicySyntaxError.
 */
export function parseListExpression(list: readonly (string | readonly string[])[]): Expression {
  if (list.length === 0) return true;
  const alternatives = list
    .map((entry) => (typeof entry === "string" ? [entry] : entry))
    .filter((entry) => entry.length > 0)
    .map((entry) =>
      joined(
        "and",
        entry.map((text) => parseSingleCheck(text, 1)),
      ),
    );
  return alternatives.length === 0 ? false : joined("or", alternatives);
}

function joined(operator: "and" | "or", operands: readonly Expression[]): Expression {
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : [operator, operands];
}
