import { UsageError } from "./failures.ts";

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 16777216 as `16.0 MiB`. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** 3725 as `1:02:05`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `16M`, `1.5GiB` or `4096` as bytes; the letters count in 1024. Throws UsageError. */
export function parseBytes(text: string, option: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?(?:\/s)?$/i.exec(text) ?? [];
  const bytes = Number(number) * 1024 ** "_kmgt".indexOf(unit.toLowerCase() || "_");
  if (!(bytes >= 0 && Number.isSafeInteger(Math.round(bytes)))) {
    throw new UsageError(`${option}: expected a number of bytes such as 64M or 1.5G, not "${text}"`);
  }
  return Math.round(bytes);
}

/** A whole number within bounds. Throws UsageError. */
export function parseCount(text: string, option: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option}: expected a whole number from ${least} to ${most}, not "${text}"`);
}

/** `1-40,45` as numbers. Throws UsageError. */
export function parsePartNumbers(text: string): Set<number> {
  const numbers = new Set<number>();
  for (const range of text.split(",")) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= 1 && to >= from && to <= 10_000)) {
      throw new UsageError(`--parts: expected numbers and ranges such as 1-40,45, not "${text}"`);
    }
    for (let number = from; number <= to; number++) numbers.add(number);
  }
  return numbers;
}
