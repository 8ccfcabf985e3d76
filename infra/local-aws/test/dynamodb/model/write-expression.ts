import type { Action, Condition, Operand, Path, Source } from "./expression.ts";
import type { Value } from "./values.ts";

/** Names that are no reserved words and need no placeholder. */
export const plainNames = ["a", "b", "c", "deep", "list1"] as const;

/** Writes expressions down, and gathers the placeholders that they use. */
export class ExpressionWriter {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, Value>();
  readonly #spelling: number;

  /** The spelling decides placeholders, spaces and the case of keywords: the same expression, written otherwise. */
  constructor(spelling: number) {
    this.#spelling = spelling;
  }

  /** What a request takes of it: placeholders that nobody uses are refused, an empty map too. */
  placeholders() {
    return {
      ...(this.#names.size > 0 && { ExpressionAttributeNames: Object.fromEntries(this.#names) }),
      ...(this.#values.size > 0 && { ExpressionAttributeValues: Object.fromEntries(this.#values) }),
    };
  }

  path([head, ...rest]: Path): string {
    const steps = rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${this.#name(step)}`));
    return this.#name(head) + steps.join("");
  }

  paths = (paths: readonly Path[]): string => paths.map((path) => this.path(path)).join(this.#comma());

  condition(condition: Condition): string {
    switch (condition.kind) {
      case "compare":
        return `${this.#operand(condition.left)}${this.#gap()}${condition.by}${this.#gap()}${this.#operand(condition.right)}`;
      case "between":
        return `${this.#operand(condition.left)} ${this.#word("BETWEEN")} ${this.#operand(condition.low)} ${this.#word("AND")} ${this.#operand(condition.high)}`;
      case "in":
        return `${this.#operand(condition.left)} ${this.#word("IN")} (${condition.list.map((one) => this.#operand(one)).join(this.#comma())})`;
      case "exists":
        return `attribute_exists(${this.path(condition.path)})`;
      case "absent":
        return `attribute_not_exists${this.#gap()}(${this.path(condition.path)})`;
      case "type":
        return `attribute_type(${this.path(condition.path)}${this.#comma()}${this.value({ S: condition.type })})`;
      case "begins":
        return `begins_with(${this.path(condition.path)}${this.#comma()}${this.#operand(condition.operand)})`;
      case "contains":
        return `contains(${this.path(condition.path)}${this.#comma()}${this.#operand(condition.operand)})`;
      case "not":
        // "NOT NOT" is in the grammar, but the emulator cannot read it.
        return `${this.#word("NOT")} ${this.#within(condition.inner, 4)}`;
      case "and":
        return `${this.#within(condition.left, 2)} ${this.#word("AND")} ${this.#within(condition.right, 3)}`;
      case "or":
        return `${this.#within(condition.left, 1)} ${this.#word("OR")} ${this.#within(condition.right, 2)}`;
    }
  }

  /** The clauses in the order in which their first actions stand. */
  update(actions: readonly Action[]): string {
    const clauses = Map.groupBy(actions, ({ clause }) => clause);
    return [...clauses]
      .map(
        ([clause, all]) => `${this.#word(clause)} ${all.map((one) => this.#action(one)).join(this.#comma())}`,
      )
      .join(" ");
  }

  value(value: Value): string {
    const name = `:v${this.#values.size}`;
    this.#values.set(name, value);
    return name;
  }

  #action(action: Action): string {
    if (action.clause === "SET")
      return `${this.path(action.path)}${this.#gap()}=${this.#gap()}${this.#source(action.source)}`;
    return action.clause === "REMOVE"
      ? this.path(action.path)
      : `${this.path(action.path)} ${this.value(action.value)}`;
  }

  #source(source: Source): string {
    switch (source.kind) {
      case "path":
        return this.path(source.path);
      case "value":
        return this.value(source.value);
      case "ifNotExists":
        return `if_not_exists(${this.path(source.path)}${this.#comma()}${this.#source(source.otherwise)})`;
      case "append":
        return `list_append(${this.#source(source.first)}${this.#comma()}${this.#source(source.second)})`;
      default:
        return `${this.#source(source.left)} ${source.kind === "plus" ? "+" : "-"} ${this.#source(source.right)}`;
    }
  }

  #operand(operand: Operand): string {
    if (operand.kind === "value") return this.value(operand.value);
    return operand.kind === "size" ? `size(${this.path(operand.path)})` : this.path(operand.path);
  }

  /** In parentheses only where precedence asks for them: OR binds less than AND, AND less than NOT. */
  #within(condition: Condition, binding: number): string {
    const own = { or: 1, and: 2, not: 3 }[condition.kind as string] ?? 4;
    const text = this.condition(condition);
    return own < binding ? `(${text})` : text;
  }

  #name(name: string): string {
    if ((plainNames as readonly string[]).includes(name) && this.#spelling % 2 === 0) return name;
    const known = [...this.#names].find(([, one]) => one === name);
    if (known) return known[0];
    const placeholder = `#n${this.#names.size}`;
    this.#names.set(placeholder, name);
    return placeholder;
  }

  #word = (keyword: string): string => (this.#spelling % 3 === 0 ? keyword.toLowerCase() : keyword);
  #gap = (): string => (this.#spelling % 5 === 0 ? "" : " ");
  #comma = (): string => (this.#spelling % 5 === 0 ? "," : ", ");
}
