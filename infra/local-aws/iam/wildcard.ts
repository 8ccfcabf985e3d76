/**
 * A matcher for IAM's patterns: `*` is any run of characters, `?` exactly one; everything else is literal.
 * Linear in the text for each `*`, without regular expressions, so no pattern can make it slow.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  if (pattern === "*") return () => true;
  return (text) => matches(pattern, text);
}

function matches(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let starPosition = 0;
  while (position < text.length) {
    const character = pattern[at];
    if (character === "*") {
      star = at++;
      starPosition = position;
    } else if (character === "?" || character === text[position]) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++starPosition;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
