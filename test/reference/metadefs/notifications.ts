import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { symbolic } from "../differential/facets.ts";
import type { Session } from "../differential/session.ts";

interface Notification {
  readonly event_type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The log of the real Glance, whose oslo.messaging driver is `log` (test/reference/stack/up.sh). */
const glanceLog = (): string =>
  join(process.env.REFERENCE_DIR ?? join(tmpdir(), "glance-reference"), "log", "glance.log");

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];

/** All notifications that the real Glance has logged. */
export const notificationsOfGlance = (): Notification[] =>
  linesOf(glanceLog()).flatMap((line): Notification[] => {
    const [, json] = / INFO oslo\.messaging\.notification\.\S+ \[.*?\] (\{.*\})$/.exec(line) ?? [];
    return json === undefined ? [] : [JSON.parse(json) as Notification];
  });

/** All that have reached the bus of a local runtime; each once, though it may come again. */
export function notificationsOfRuntime(home: string): Notification[] {
  const events = linesOf(join(home, "events", "events.jsonl")).map(
    (line) =>
      (JSON.parse(line) as { readonly detail: Notification & { readonly message_id: string } }).detail,
  );
  return [...new Map(events.map((event) => [event.message_id, event])).values()];
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, sorted(inner)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
};

const isNothing = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0);

/** An object's payload without what Glance tells in another way (docs/compatibility.md, "Notifications"). */
function comparable(payload: Notification["payload"]): unknown {
  const { required, properties } = payload;
  if (!Array.isArray(properties)) return payload;
  const told = properties.map((property: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(property).map(([key, value]) => [key, isNothing(value) ? null : value]),
    ),
  );
  return { ...payload, required: required ?? [], properties: told };
}

/** Those about a script's own namespaces, as texts that are equal when the notifications are; in no order. */
export function toldOf(session: Session, notifications: readonly Notification[]): string[] {
  const name = symbolic(session);
  return notifications
    .filter(({ payload }) => String(payload.namespace).startsWith(session.nonce))
    .map(({ event_type, payload }) => name(`${event_type} ${JSON.stringify(sorted(comparable(payload)))}`))
    .sort();
}

/** What is in the first list more often than in the second. */
export function missingFrom(those: readonly string[], these: readonly string[]): string[] {
  const left = [...these];
  return those.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
