import type { Expression } from "./check.ts";
import { parseTemplate } from "./parse-template.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";

/** The text of a Python literal, as `str()` shows it; undefined for what is none. */
function literalText(kind: string): string | undefined {
  const [, single, double] = /^(?:'([^'\\]*)'|"([^"\\]*)")$/.exec(kind) ?? [];
  const quoted = single ?? double;
  if (quoted !== undefined) return quoted;
  const isPlain = /^(?:True|False|None|0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.(?:0|\d*[1-9]))$/.test(kind);
  return isPlain ? kind : undefined;
}

/** Parentheses and blanks belong to the expression around, except in `%(name)s`. */
function refuseStray(value: string, at: number): void {
  const stray = /[()\s]/.exec(value.replaceAll(/%\([^()\s]+\)/g, (place) => "%".repeat(place.length)));
  if (stray) throw new PolicySyntaxError(at + stray.index, `\`${stray[0]}\` cannot stand inside a check`);
}

const credentialPath = /^[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*$/u;

/**
 * One check of the language: `@`, `!`, or `kind:value`, the kind being `role`, `rule`, a literal, or the name of a
 * credential. Throws PolicySyntaxError, also where oslo.policy only logs and denies. `at` is where `text` begins.
 */
export function parseSingleCheck(text: string, at: number): Expression {
  if (text === "@") return true;
  if (text === "!") return false;
  const colon = text.indexOf(":");
  if (colon < 1) throw new PolicySyntaxError(at, `\`${text}\` is no check: expected kind:value, @ or !`);
  const [kind, value] = [text.slice(0, colon), text.slice(colon + 1)];
  const valueAt = at + colon + 1;
  refuseStray(value, valueAt);

  if (kind === "http" || kind === "https") {
    throw new PolicySyntaxError(at, `${kind}: checks ask a remote server, which this service does not do`);
  }
  if (kind === "rule" || kind === "role") {
    if (value === "") throw new PolicySyntaxError(valueAt, `the name after ${kind}: is missing`);
    return kind === "rule" ? [kind, value] : [kind, parseTemplate(value, valueAt)];
  }
  const template = parseTemplate(value, valueAt);
  const literal = literalText(kind);
  if (literal !== undefined) return ["literal", literal, template];
  if (credentialPath.test(kind)) return ["credential", kind.split("."), template];
  throw new PolicySyntaxError(at, `\`${kind}\` is neither a literal nor the name of a credential`);
}
