/** What `lookups` must find, and what it must not: each line that ends with `found` is one of the former. */
const parsers: Readonly<Record<string, () => void>> = { known: () => {} };
const words = { known: 1, other: 2 } as const;
const list = ["known", "other"] as const;

export function sample(
  name: string,
  loose: ReturnType<typeof JSON.parse>,
  word: keyof typeof words,
  body: Record<string, unknown>,
) {
  return [
    parsers[name], // found
    parsers[`${name}s`], // found
    words[name as keyof typeof words], // found
    (body.nested as Record<string, unknown> | undefined)?.[name], // found
    loose[loose.name], // found
    name in parsers, // found
    (({ [name]: _, ...others }) => others)(body), // found
    parsers.known,
    words[word],
    list[0],
    list.map((each) => words[each]),
    "known" in body,
    Object.hasOwn(parsers, name),
    new Map(Object.entries(parsers)).get(name),
  ];
}

export function change<Word extends keyof typeof words>(
  name: string,
  word: Word,
  body: Record<string, unknown>,
) {
  body[name] = words[word]; // found
  delete body[name]; // found
}
