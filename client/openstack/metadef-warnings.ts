import type { Answer } from "../transfer/exchange.ts";

/** The service writes them into one header, in ASCII, with `; ` between them (docs/metadefs.md). */
const HEADER = "openstack-image-metadef-warnings";
const BETWEEN = "; ";

const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Nothing of what a service sends may steer the terminal. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();

/** What was done though it contradicts metadata definitions: a line each. */
export function metadefWarnings({ headers }: Pick<Answer, "headers">): string[] {
  const text = [headers[HEADER] ?? []].flat().join(BETWEEN);
  return text
    .split(BETWEEN)
    .map((warning) => oneLine(unescaped(warning)))
    .filter((warning) => warning !== "");
}
