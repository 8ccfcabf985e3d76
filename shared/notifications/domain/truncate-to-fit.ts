import type { Notification } from "./notification.ts";

/** Longest text that is left of one that is too large as a whole. */
const LONGEST_LEFT = 1000;

/** What an image loses first: the image itself still has them. */
const spareable = ["properties", "tags"];

const cut = (value: unknown): unknown => {
  if (typeof value === "string") return value.slice(0, LONGEST_LEFT);
  return Array.isArray(value) ? [] : {};
};

/** What of a payload can be cut, in the order in which it is. */
function cuttable(payload: Readonly<Record<string, unknown>>): readonly string[] {
  const large = Object.entries(payload)
    .filter(([, value]) => typeof value === "string" || (typeof value === "object" && value !== null))
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(JSON.stringify(value)) }))
    .sort((one, other) => other.bytes - one.bytes)
    .map(({ name }) => name);
  const [first, rest] = [true, false].map((isSpareable) =>
    large.filter((name) => spareable.includes(name) === isSpareable),
  ) as [string[], string[]];
  return [...first.sort(), ...rest];
}

/**
 * The notification, or its envelope, in at most `bytes` of JSON: what does not fit loses its `properties`, then its
 * `tags`, then what else is largest; long texts keep their beginning. What was cut is named in `truncated`.
 */
export function truncateToFit<Told extends Notification>(told: Told, bytes: number): Told {
  const fits = (candidate: Told) => Buffer.byteLength(JSON.stringify(candidate)) <= bytes;
  if (fits(told)) return told;
  const { payload } = told;
  if (typeof payload === "string") return { ...told, payload: cut(payload), truncated: ["payload"] };
  const left = new Map(Object.entries(payload));
  const truncated = [...(told.truncated ?? [])];
  let smaller = told;
  for (const name of cuttable(payload)) {
    if (!truncated.includes(name)) truncated.push(name);
    left.set(name, cut(left.get(name)));
    smaller = { ...told, payload: Object.fromEntries(left), truncated: [...truncated] };
    if (fits(smaller)) break;
  }
  return smaller;
}
