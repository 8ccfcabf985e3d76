import type { Expression, Template } from "../../../shared/policy/language/check.ts";

const printTemplate = (template: Template): string =>
  template.map((piece, index) => (index % 2 ? `%(${piece})s` : piece.replaceAll("%", "%%"))).join("");

const printLiteral = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

/** A rule as text that reads as the same rule. */
export function printExpression(expression: Expression): string {
  if (typeof expression === "boolean") return expression ? "@" : "!";
  switch (expression[0]) {
    case "and":
    case "or":
      return `(${expression[1].map(printExpression).join(` ${expression[0]} `)})`;
    case "not":
      return `not ${printExpression(expression[1])}`;
    case "rule":
      return `rule:${expression[1]}`;
    case "role":
      return `role:${printTemplate(expression[1])}`;
    case "literal":
      return `${printLiteral(expression[1])}:${printTemplate(expression[2])}`;
    case "credential":
      return `${expression[1].join(".")}:${printTemplate(expression[2])}`;
  }
}
