/** Whether the minute that begins at this time (UTC) is meant. */
export type CronTest = (at: Date) => boolean;

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words?: readonly string[];
  readonly of: (at: Date) => number;
}

const fields: readonly Field[] = [
  { name: "minutes", least: 0, most: 59, of: (at) => at.getUTCMinutes() },
  { name: "hours", least: 0, most: 23, of: (at) => at.getUTCHours() },
  { name: "day of month", least: 1, most: 31, of: (at) => at.getUTCDate() },
  {
    name: "month",
    least: 1,
    most: 12,
    words: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    of: (at) => at.getUTCMonth() + 1,
  },
  {
    name: "day of week",
    least: 1,
    most: 7,
    words: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    of: (at) => at.getUTCDay() + 1,
  },
  { name: "year", least: 1970, most: 2199, of: (at) => at.getUTCFullYear() },
];

/**
 * The six fields of EventBridge's cron (Scheduler user guide, "Schedule types"): numbers, names, `*`, `?`, lists,
 * ranges and steps. Throws an Error for the rest of the language (`L`, `W`, `#`) and for what is no cron at all.
 */
export function parseCron(expression: string): CronTest {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== fields.length) throw new Error(`cron(${expression}) needs six fields`);
  const tests = fields.map((field, at) => {
    const values = valuesOf(parts[at] ?? "", field);
    return (date: Date) => values === undefined || values.has(field.of(date));
  });
  return (at) => tests.every((test) => test(at));
}

/** The values that are meant; undefined: all of them. */
function valuesOf(text: string, field: Field): ReadonlySet<number> | undefined {
  if (text === "*" || text === "?") return undefined;
  return new Set(text.split(",").flatMap((part) => rangeOf(part, field)));
}

function rangeOf(part: string, field: Field): number[] {
  const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const first = from === "*" ? field.least : fieldValue(from, field);
  // `5/15` runs to the field's end; a lone `5` is only itself.
  const last =
    to !== undefined ? fieldValue(to, field) : from === "*" || step !== undefined ? field.most : first;
  const width = Number(step ?? 1);
  if (width < 1) throw new Error(`cron: ${part} is no ${field.name}`);
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / width) + 1) },
    (_, index) => first + index * width,
  );
}

function fieldValue(text: string, { name, least, most, words = [] }: Field): number {
  const word = words.indexOf(text.toUpperCase());
  const value = word >= 0 ? word + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new Error(`cron: the local runtime does not understand ${text} as ${name}`);
  return value;
}
