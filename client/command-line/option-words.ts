/** The words by which options were given, under the names that commander gives them. */
export const optionWords = (
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>,
): string[] =>
  Object.entries(options).flatMap(([name, value]) => {
    const word = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    if (value === true) return [word];
    return [value].flat().flatMap((each) => [word, each]);
  });
