// How the value of a setting stands in a function's environment: a text as it is, anything else as JSON without a space.
// Both directions are here, so that what is written is what is read.

/** The text of a value. */
export const settingText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const kindOf = (value: unknown): string => (Array.isArray(value) ? "list" : typeof value);

/** The value of a text that `settingText` wrote, of the kind of its default; undefined for any other text. */
export function settingValue(text: string, initial: unknown): unknown {
  if (typeof initial === "string") return text;
  try {
    const value: unknown = JSON.parse(text);
    return kindOf(value) === kindOf(initial) && settingText(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value need not be carried. */
export const isDefault = (value: unknown, initial: unknown): boolean =>
  settingText(value) === settingText(initial);
