import { resolve } from "node:path";
import {
  type Expression,
  isAsExpression,
  isBinaryExpression,
  isBindingElement,
  isComputedPropertyName,
  isElementAccessExpression,
  isParenthesizedExpression,
  type Node,
  SyntaxKind,
} from "typescript/unstable/ast";
import { API, type Checker, type Project, type Type, TypeFlags } from "typescript/unstable/sync";

/** A place where a text that is not known when the program is compiled chooses the member of an object. */
export interface Lookup {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const freeFlags =
  TypeFlags.String | TypeFlags.Any | TypeFlags.Unknown | TypeFlags.TemplateLiteral | TypeFlags.StringMapping;

/** Whether a value of this type can be any text; a union of literals, or a `keyof` of such, cannot. */
function isFree(type: Type | undefined, checker: Checker): boolean {
  if (type === undefined) return true;
  if (type.isUnionType()) return type.getTypes().some((member) => isFree(member, checker));
  if (type.isTypeParameter()) return isFree(checker.getBaseConstraintOfType(type), checker);
  return (type.flags & freeFlags) !== 0;
}

function keyOf(node: Node): Expression | undefined {
  if (isElementAccessExpression(node)) return node.argumentExpression;
  if (isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.InKeyword) return node.left;
  if (isBindingElement(node) && node.propertyName && isComputedPropertyName(node.propertyName)) {
    return node.propertyName.expression;
  }
  return undefined;
}

/** A key whose type is only claimed is as free as what it is claimed of. */
const unclaimed = (key: Expression): Expression =>
  isAsExpression(key) || isParenthesizedExpression(key) ? unclaimed(key.expression) : key;

function isLookup(node: Node, checker: Checker): boolean {
  const key = keyOf(node);
  return key !== undefined && isFree(checker.getTypeAtLocation(unclaimed(key)), checker);
}

export function lookups(root: string, config: string, folders: readonly string[]): Lookup[] {
  const api = new API({ cwd: root });
  try {
    const project = api.updateSnapshot({ openProject: resolve(root, config) }).getProjects()[0];
    if (!project) throw new Error(`no project ${config}`);
    return lookupsOf(project, root, folders);
  } finally {
    api.close();
  }
}

function lookupsOf({ program, checker }: Project, root: string, folders: readonly string[]): Lookup[] {
  const found: Lookup[] = [];
  for (const file of program.getSourceFileNames()) {
    const name = file.slice(root.length + 1);
    if (name.includes("node_modules") || !folders.some((folder) => name.startsWith(`${folder}/`))) continue;
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`no source of ${file}`);
    const visit = (node: Node): void => {
      if (isLookup(node, checker)) {
        const line = source.text.slice(0, node.getStart(source)).split("\n").length;
        found.push({ file: name, line, text: node.getText(source) });
      }
      node.forEachChild(visit);
    };
    visit(source);
  }
  return found;
}
