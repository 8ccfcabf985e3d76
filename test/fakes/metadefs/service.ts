import type { Caller } from "../../../shared/caller.ts";
import type { NewNamespace } from "../../../shared/metadefs/domain/new-namespace.ts";
import { createNamespace } from "../../../shared/metadefs/operations/create-namespace.ts";
import { notifyingNamespaces } from "../../../shared/metadefs/operations/notifying-namespaces.ts";
import type { Notification } from "../../../shared/notifications/domain/notification.ts";
import { memoryWorkQueue } from "../memory-work-queue.ts";
import { memoryNamespaceStore } from "./memory-namespace-store.ts";

const caller = (name: string, roles: string[], project = name): Caller => ({
  userId: name,
  userName: name,
  userDomainId: "default",
  projectId: `${project}-project`,
  projectName: project,
  projectDomainId: "default",
  roles,
  tokenExpiresAt: 4102444800,
});

export const admin = caller("admin", ["admin", "member", "reader"]);
export const member = caller("member", ["member", "reader"], "demo");
export const reader = caller("reader", ["reader"], "demo");
export const stranger = caller("stranger", ["member", "reader"], "other");
export const nobody = caller("nobody", ["observer"], "demo");

/** What a caller may say of a new namespace, with the defaults of the wire. */
export const newNamespace = (namespace: string, more: Partial<NewNamespace> = {}): NewNamespace => ({
  namespace,
  display_name: null,
  description: null,
  visibility: "private",
  protected: false,
  resource_type_associations: [],
  objects: [],
  properties: [],
  tags: [],
  ...more,
});

/** The catalogue's operations on a store in memory, with a clock that ticks a millisecond a look. */
export function memoryCatalogue(disabled: readonly string[] = []) {
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  const clock = () => new Date(now++);
  const memory = memoryNamespaceStore(clock);
  const work = memoryWorkQueue();
  const namespaces = notifyingNamespaces(memory.store, { disabled, queue: work.queue });
  const ports = { namespaces, clock };
  return {
    ports,
    hints: work.notifying,
    create: (namespace: string, more: Partial<NewNamespace> = {}, by: Caller = admin) =>
      createNamespace(ports)(by, newNamespace(namespace, more)),
    /** What was told since the last look, in the order of its writes. */
    told(): readonly Notification[] {
      const entries = [...memory.outboxEntries.values()].sort((one, other) =>
        one.place < other.place ? -1 : 1,
      );
      memory.outboxEntries.clear();
      return entries;
    },
    /** Lets the time go on. */
    wait(milliseconds: number) {
      now += milliseconds;
    },
  };
}
