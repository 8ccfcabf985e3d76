import type { TypeName, Value } from "./values.ts";

/*
 * The grammar of the developer guide: "Condition and filter expressions, operators, and functions", "Using update
 * expressions", "Using projection expressions", "Referring to item attributes".
 */
export type Path = readonly [head: string, ...rest: (string | number)[]];
export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "size"; readonly path: Path };

export type Condition =
  | { readonly kind: "compare"; readonly by: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly left: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly left: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "exists" | "absent"; readonly path: Path }
  | { readonly kind: "type"; readonly path: Path; readonly type: TypeName }
  | { readonly kind: "begins" | "contains"; readonly path: Path; readonly operand: Operand }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly inner: Condition };

export type Source =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "ifNotExists"; readonly path: Path; readonly otherwise: Source }
  | { readonly kind: "append"; readonly first: Source; readonly second: Source }
  | { readonly kind: "plus" | "minus"; readonly left: Source; readonly right: Source };

export type Action =
  | { readonly clause: "SET"; readonly path: Path; readonly source: Source }
  | { readonly clause: "REMOVE"; readonly path: Path }
  | { readonly clause: "ADD" | "DELETE"; readonly path: Path; readonly value: Value };
