import { recordOf } from "../../../aws/record-of.ts";
import type { Collection } from "../../domain/definitions.ts";
import { workKey } from "./keys.ts";
import type { PlacedNamespace } from "./list-entries.ts";
import { METADEF_VERSION } from "./namespace-record.ts";

/** Items that nothing reads, or will not any more. */
export interface Remains {
  readonly sets: readonly { readonly collection: Collection; readonly set: string }[];
  /** Entries of one generation. */
  readonly entries?: { readonly placed: PlacedNamespace; readonly generation: string };
}

/**
 * What a change has in hand beside its transaction. `staged`: what it will name, if it is committed; the transaction
 * makes it `left`, with what it named before, or removes it. `abandoned`: it will never be committed, as its
 * transaction asks for `staged`. Whatever remains of one that is not `staged` goes, then the record itself.
 */
export interface ChangeWork {
  /** The mark of the change, and of the sets and entries that it stages. */
  readonly id: string;
  /** When the change began. */
  readonly at: string;
  /** The namespace's id. */
  readonly namespace: string;
  readonly state: "staged" | "left" | "abandoned";
  readonly remains: Remains;
  /** Whether notifications lie in its partition of events. */
  readonly hasEvents: boolean;
}

export const workItem = (work: ChangeWork): Record<string, unknown> => ({
  ...workKey(work.id),
  v: METADEF_VERSION,
  ...work,
});

export const workOf = (item: Record<string, unknown>): ChangeWork => recordOf<ChangeWork>(item);

export const isNothing = ({ sets, entries }: Remains): boolean => sets.length === 0 && entries === undefined;
