/** Operators whose operands are several, and what stands between them. */
const separators: ReadonlyMap<string, RegExp> = new Map([
  ["<or>", /<or>/],
  ["<in>", /,|<in>|\s+/],
  ["<all-in>", /\s+/],
]);

/**
 * The values that a text asks for: `<or> 1 <or> 2` is 1 and 2, `>= 4` is 4. Only operators that the definition names
 * count; any other text is one value. (Nova's filters, extra_specs_ops, have this form.)
 */
export function operands(text: string, operators: readonly string[]): readonly string[] {
  const operator = [...operators]
    .sort((one, other) => other.length - one.length)
    .find((known) => text.startsWith(`${known} `));
  if (operator === undefined) return [text];
  const rest = text.slice(operator.length).trim();
  const separator = separators.get(operator);
  if (!separator) return [rest];
  return rest
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
