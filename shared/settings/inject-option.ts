import type { Option } from "./option.ts";

/** Names of an image's own attributes, which no property can have; a test holds this to what images have. */
const attributes: ReadonlySet<string> = new Set(
  (
    "id locations location status checksum size virtual_size created_at updated_at direct_url self file schema stores " +
    "os_hash_algo os_hash_value name visibility protected os_hidden owner container_format disk_format min_ram min_disk " +
    "tags deleted deleted_at"
  ).split(" "),
);

/** Lambda allows 4 KB of variables in all. */
const MAX_LENGTH = 1000;
const MAX_NAME = 255;

const form = `properties like os_distro:debian,"note":"a, b", or a JSON object of texts, in at most ${MAX_LENGTH} characters`;

/** One `name:value` of a list, either of them in quotes if it likes, as Glance's configuration has them. */
const ENTRY = /\s*(?:"([^"]*)"|([^":,]*?))\s*:\s*(?:"([^"]*)"|([^",]*?))\s*(?:,|$)/y;

function listed(text: string): [string, string][] | undefined {
  const found: [string, string][] = [];
  const trimmed = text.trim();
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < trimmed.length) {
    const entry = ENTRY.exec(trimmed);
    if (!entry) return undefined;
    found.push([entry[1] ?? entry[2] ?? "", entry[3] ?? entry[4] ?? ""]);
  }
  return found;
}

function inJson(text: string): [string, string][] | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return entries.every((entry): entry is [string, string] => typeof entry[1] === "string")
      ? entries
      : undefined;
  } catch {
    return undefined;
  }
}

/** Properties with their values, which images are given. */
export const injected = (): Option<Readonly<Record<string, string>>> => ({
  default: {},
  form,
  parse: (text) => {
    if (text.length > MAX_LENGTH) return Error(form);
    const entries = text.trim().startsWith("{") ? inJson(text) : listed(text);
    if (!entries?.every(([name]) => name !== "" && name.length <= MAX_NAME)) return Error(form);
    const names = entries.map(([name]) => name);
    const own = names.find((name) => name.startsWith("os_glance") || attributes.has(name));
    if (own !== undefined) return Error(`${form}; ${own} is no property but Glance's own: leave it out`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) return Error(`${form}; ${twice} is there twice: keep one of the two`);
    return Object.fromEntries(entries);
  },
});
