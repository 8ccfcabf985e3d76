import type { Check, Expression } from "./check.ts";

/** `rule` refers to `missing`, which is not defined. */
export class UndefinedRule extends Error {
  readonly rule: string;
  readonly missing: string;
  constructor(rule: string, missing: string) {
    super(`rule:${missing} is not defined`);
    this.rule = rule;
    this.missing = missing;
  }
}

/** Rules that refer to each other in a circle: the first of `path` is also its last. */
export class RuleCycle extends Error {
  readonly path: readonly string[];
  constructor(path: readonly string[]) {
    super(`rules refer to each other in a circle: ${path.join(" -> ")}`);
    this.path = path;
  }
}

/** Puts in place of every reference what it refers to. Throws UndefinedRule, RuleCycle. */
export function resolveRules(rules: ReadonlyMap<string, Expression>): Map<string, Check> {
  const done = new Map<string, Check>();

  const resolveRule = (name: string, path: readonly string[]): Check => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const start = path.indexOf(name);
    if (start >= 0) throw new RuleCycle([...path.slice(start), name]);
    const expression = rules.get(name);
    if (expression === undefined) throw new UndefinedRule(path.at(-1) ?? name, name);
    const check = resolve(expression, [...path, name]);
    done.set(name, check);
    return check;
  };

  const resolve = (expression: Expression, path: readonly string[]): Check => {
    if (typeof expression === "boolean") return expression;
    switch (expression[0]) {
      case "rule":
        return resolveRule(expression[1], path);
      case "not":
        return ["not", resolve(expression[1], path)];
      case "and":
      case "or":
        return [expression[0], expression[1].map((operand) => resolve(operand, path))];
      default:
        return expression;
    }
  };

  for (const name of rules.keys()) resolveRule(name, []);
  return done;
}
