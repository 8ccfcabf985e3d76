/** A text with places for values of the target: text, name, text, name, …, text. One element: a constant. */
export type Template = readonly string[];

/** A question that credentials and target answer. */
type Question =
  | readonly ["role", Template]
  /** A value among the credentials, found by its path. */
  | readonly ["credential", path: readonly string[], Template]
  /** A text that the policy itself says. */
  | readonly ["literal", string, Template];

type Tree<Leaf> =
  | boolean
  | Leaf
  | readonly ["not", Tree<Leaf>]
  | readonly ["and" | "or", readonly Tree<Leaf>[]];

/** A rule as it was written: it may refer to other rules. */
export type Expression = Tree<Question | readonly ["rule", string]>;

/** A rule ready to be asked: plain JSON without references, so it cannot run in circles. */
export type Check = Tree<Question>;
