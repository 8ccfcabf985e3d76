/**
 * Forms that Glance's parser takes (Python's iso8601): a date alone or down to any part of a time, with or without
 * separators; the zone is UTC unless named.
 */
const form =
  /^(\d{4})(?:(?:-(\d{1,2})|(\d\d)(?!$))(?:(?:-(\d{1,2})|(\d\d))(?:[ T](\d\d)(?::?(\d\d))?(?::?(\d{1,2})(?:[.,](\d+))?)?(?:Z|([-+])(\d\d):?(\d\d)?)?)?)?)?$/;

/** Milliseconds since 1970, with the fraction that was given; undefined for what is no time. */
export function parseIsoTime(text: string): number | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, year, dashed, plain, dashedDay, plainDay, hour = 0, minute = 0, second = 0, fraction, sign] =
    match;
  const [zoneHour = 0, zoneMinute = 0] = match.slice(11);
  const month = Number(dashed ?? plain ?? 1);
  const day = Number(dashedDay ?? plainDay ?? 1);
  const parts = [Number(year), month - 1, day, Number(hour), Number(minute), Number(second)] as const;
  const date = new Date(0);
  date.setUTCFullYear(parts[0], parts[1], parts[2]);
  date.setUTCHours(parts[3], parts[4], parts[5]);
  const read = [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  // The 31st of February would silently be a day in March.
  if (parts[0] === 0 || read.some((value, at) => value !== parts[at])) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000 * (sign === "-" ? -1 : 1);
  return date.getTime() + Number(`0.${fraction ?? 0}`) * 1000 - offset;
}
