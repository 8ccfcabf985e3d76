import { ownValue } from "../own-value.ts";
/** What a template's references mean; given by whoever knows the stack's resources. */
export interface References {
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  /** Of a stack of the same account and region. */
  stackOutput(stack: string, output: string): unknown;
  mapped(map: string, first: string, second: string): unknown;
  /** The expression of a named condition, unresolved. */
  condition(name: string): unknown;
}

/** `Ref: AWS::NoValue`: the property or element is left out. */
export const noValue = Symbol("AWS::NoValue");

type Arguments = readonly unknown[];
type Resolve = (value: unknown) => unknown;

/**
 * Makes the function that replaces CloudFormation's intrinsic functions in a value by what they stand for.
 * Throws an Error that names a function it does not know, or one with arguments it cannot use.
 */
export function createResolver(references: References): Resolve {
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve).filter((element) => element !== noValue);
    if (typeof value !== "object" || value === null) return value;
    const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
    const intrinsic = name === "Ref" || name === "Condition" || name.startsWith("Fn::");
    // `Condition` is also a plain property (of a policy statement): only the text form is a function.
    if (intrinsic && others.length === 0 && !(name === "Condition" && typeof argument !== "string")) {
      const apply = ownValue(functions, name);
      if (!apply) throw new Error(`the template uses ${name}, which the local runtime does not know`);
      return apply(argument);
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, member]) => [key, resolve(member)] as const)
        .filter(([, member]) => member !== noValue),
    );
  };

  const list = (argument: unknown, name: string): Arguments => {
    if (!Array.isArray(argument)) throw new Error(`${name} needs a list of arguments`);
    return argument;
  };
  const isTrue = (value: unknown): boolean => resolve(value) === true;

  const functions: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (name) => references.ref(String(name)),
    Condition: (name) => isTrue(references.condition(String(name))),
    "Fn::GetAtt": (argument) => {
      const [logicalId, ...attribute] =
        typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt");
      return references.attribute(
        String(logicalId),
        attribute.map((part) => String(resolve(part))).join("."),
      );
    },
    "Fn::ImportValue": (name) => references.importValue(String(resolve(name))),
    "Fn::GetStackOutput": (argument) => {
      const { StackName, OutputName, Region, ...elsewhere } = resolve(argument) as Record<string, unknown>;
      const isHere = Region === undefined || Region === references.ref("AWS::Region");
      if (!isHere || Object.keys(elsewhere).length > 0)
        throw new Error("Fn::GetStackOutput: the local runtime knows one account and region only");
      return references.stackOutput(String(StackName), String(OutputName));
    },
    "Fn::FindInMap": (argument) => {
      const [map, first, second] = list(argument, "Fn::FindInMap").map((part) => String(resolve(part)));
      return resolve(references.mapped(map ?? "", first ?? "", second ?? ""));
    },
    "Fn::Join": (argument) => {
      const [separator, parts] = list(argument, "Fn::Join");
      return list(resolve(parts), "Fn::Join").join(String(separator));
    },
    "Fn::Split": (argument) => {
      const [separator, text] = list(argument, "Fn::Split");
      return String(resolve(text)).split(String(separator));
    },
    "Fn::Select": (argument) => {
      const [index, choices] = list(argument, "Fn::Select");
      const chosen = list(resolve(choices), "Fn::Select")[Number(resolve(index))];
      if (chosen === undefined) throw new Error(`Fn::Select: there is no element ${index}`);
      return chosen;
    },
    "Fn::Sub": (argument) => {
      const [text, own = {}] = typeof argument === "string" ? [argument] : list(argument, "Fn::Sub");
      return substitute(String(text), own as Readonly<Record<string, unknown>>);
    },
    "Fn::If": (argument) => {
      const [condition, yes, no] = list(argument, "Fn::If");
      return resolve(isTrue(references.condition(String(condition))) ? yes : no);
    },
    "Fn::Equals": (argument) => {
      const [left, right] = list(argument, "Fn::Equals").map((side) => String(resolve(side)));
      return left === right;
    },
    "Fn::Not": (argument) => !isTrue(list(argument, "Fn::Not")[0]),
    "Fn::And": (argument) => list(argument, "Fn::And").every(isTrue),
    "Fn::Or": (argument) => list(argument, "Fn::Or").some(isTrue),
  };

  const substitute = (text: string, own: Readonly<Record<string, unknown>>): string =>
    text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(own, name)) return String(resolve(ownValue(own, name)));
      if (!name.includes(".")) return String(references.ref(name));
      const [logicalId = "", ...attribute] = name.split(".");
      return String(references.attribute(logicalId, attribute.join(".")));
    });

  return resolve;
}
