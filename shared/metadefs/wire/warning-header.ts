/** Where clients find what was done though it contradicts metadata definitions. */
const WARNINGS_HEADER = "OpenStack-image-metadef-warnings";

/** Header lines together have a few KB at gateways and load balancers. */
const MOST = 2048;

/** What no header holds, and what stands between warnings, is written as JSON writes it: `\u00e9`. */
const ascii = (text: string): string =>
  text.replace(
    /[^\x20-\x7e]|;/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The header with as many warnings as fit, the last one cut where it does not; no header without warnings. */
export function warningHeader(warnings: readonly string[]): Readonly<Record<string, string>> {
  const text = warnings.map(ascii).join("; ");
  if (text === "") return {};
  return { [WARNINGS_HEADER]: text.length > MOST ? `${text.slice(0, MOST - 3)}...` : text };
}
