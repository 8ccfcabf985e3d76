import { PolicyFileError } from "../deployment/policy-file-error.ts";

export interface IniEntry {
  readonly value: string;
  readonly line: number;
}

export interface IniSection {
  readonly name: string;
  readonly line: number;
  /** Keys in lower case. */
  readonly entries: ReadonlyMap<string, IniEntry>;
}

interface OpenSection extends IniSection {
  readonly entries: Map<string, IniEntry>;
}

/** Python's configparser knows `%(name)s` in values; nobody needs it here, and a lone % is an error there. */
function plainValue(text: string, refuse: (reason: string) => never): string {
  if (/%(?!%)/.test(text.replaceAll("%%", ""))) refuse("% must be doubled: values refer to nothing here");
  return text.replaceAll("%%", "%");
}

/**
 * The sections of an INI file as Python's configparser reads it: comments are whole lines with # or ;, a key ends at
 * the first = or :, indented lines continue a value, [DEFAULT] gives keys to all sections. Throws PolicyFileError.
 */
export function iniSections(text: string, file: string): readonly IniSection[] {
  const sections = new Map<string, OpenSection>();
  let section: OpenSection | undefined;
  let key: string | undefined;

  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    const refuse = (reason: string): never => {
      throw new PolicyFileError(file, line, reason);
    };
    const content = raw.trim();
    if (content === "" || /^[#;]/.test(content)) continue;

    const earlier = key === undefined ? undefined : section?.entries.get(key);
    if (/^\s/.test(raw) && section && key !== undefined && earlier) {
      const value = `${earlier.value}\n${plainValue(content, refuse)}`;
      section.entries.set(key, { ...earlier, value });
      continue;
    }
    const [, name] = /^\[(.+)\]/.exec(content) ?? [];
    if (name !== undefined) {
      if (sections.has(name)) refuse(`there is a second section [${name}]`);
      section = { name, line, entries: new Map() };
      sections.set(name, section);
      key = undefined;
      continue;
    }
    const [, left, right] = /^(.*?)\s*[=:]\s*(.*)$/.exec(content) ?? [];
    if (!left || right === undefined)
      return refuse(`expected [section] or key = value, found \`${content}\``);
    if (!section) return refuse("this line is in no section");
    key = left.toLowerCase();
    if (section.entries.has(key)) refuse(`there is a second ${key} in [${section.name}]`);
    section.entries.set(key, { value: plainValue(right, refuse), line });
  }

  const shared = sections.get("DEFAULT")?.entries ?? [];
  return [...sections.values()]
    .filter(({ name }) => name !== "DEFAULT")
    .map(({ name, line, entries }) => ({ name, line, entries: new Map([...shared, ...entries]) }));
}
