import { droppedEntries, newEntries } from "../../../aws/entry-changes.ts";
import type { Key } from "../../../aws/table-key.ts";
import type { WriteItem } from "../../../aws/transaction.ts";
import { type Collection, collections } from "../../domain/definitions.ts";
import { entriesOf, placedOf } from "./list-entries.ts";
import type { Stored } from "./namespace-record.ts";
import type { PlannedChange } from "./planned-change.ts";
import type { Remains } from "./work-record.ts";

/** A transaction takes 100 items and 4 MB, of which this is for all but the record (DynamoDB, "quotas"). */
const [MOST_ITEMS, MOST_BYTES] = [100, 3_000_000];
/**
 * Of a change that is more than that, what is more than these is staged: with record, names and new types the rest is
 * no more than 96 items and some 2 MB.
 */
const DIRECT = { entries: 16, definitions: 25, definitionBytes: 1_000_000, events: 10, eventBytes: 300_000 };
/** The record, a name taken, one given up, and the work record. */
const FRAME = 4;

/** Which parts of a change are items of its transaction, and which lie ready before it. */
export interface Layout {
  /** The record, with the sets and the generation that it names now. */
  readonly after: Stored | undefined;
  /** Entries that come and go in the transaction. */
  readonly entryWrites: readonly WriteItem[];
  /** Entries of a generation of their own, to be put before. */
  readonly stagedEntries: readonly Key[];
  /** Collections of which a whole new set is put before; all others change by items of the transaction. */
  readonly stagedCollections: ReadonlySet<Collection>;
  readonly eventsAreStaged: boolean;
  /** What is staged, by its names. */
  readonly staged: Remains;
  /** What nothing names once the change is committed. */
  readonly left: Remains;
}

const entriesIn = (stored: Stored | undefined): Key[] =>
  stored ? entriesOf(placedOf(stored.namespace), stored.generation) : [];

/** Sets that the record named and does not name any more, as far as there is anything in them. */
const droppedSets = (before: Stored | undefined, after: Stored | undefined): Remains["sets"] =>
  collections.flatMap((collection) => {
    const old = before?.contained[collection];
    if (!old || old.count === 0 || old.set === after?.contained[collection].set) return [];
    return [{ collection, set: old.set }];
  });

const inNewSets = (after: Stored, changed: ReadonlySet<Collection>, mark: string): Stored => ({
  ...after,
  contained: Object.fromEntries(
    collections.map((kind) => [kind, { ...after.contained[kind], ...(changed.has(kind) && { set: mark }) }]),
  ) as unknown as Stored["contained"],
});

/** Small changes are one transaction; large ones stage what does not fit into it. */
export function layOut(
  tableName: string,
  { before, after, definitions, mark }: PlannedChange,
  {
    types,
    events,
    eventBytes,
  }: { readonly types: number; readonly events: number; readonly eventBytes: number },
): Layout {
  const [had, has] = [entriesIn(before), entriesIn(after)];
  const entryWrites = [...droppedEntries(tableName, had, has), ...newEntries(tableName, had, has)];
  const definitionBytes = definitions.reduce((sum, { bytes }) => sum + bytes, 0);
  const items = FRAME + types + entryWrites.length + definitions.length + events;
  const isSmall = items <= MOST_ITEMS && definitionBytes + eventBytes <= MOST_BYTES;

  const entriesAreStaged = !isSmall && entryWrites.length > DIRECT.entries;
  const definitionsAreStaged =
    !isSmall && (definitions.length > DIRECT.definitions || definitionBytes > DIRECT.definitionBytes);
  const eventsAreStaged = !isSmall && (events > DIRECT.events || eventBytes > DIRECT.eventBytes);

  const stagedCollections = new Set(
    definitionsAreStaged ? definitions.map(({ collection }) => collection) : [],
  );
  const renewed = after && {
    ...inNewSets(after, stagedCollections, mark),
    ...(entriesAreStaged && { generation: mark }),
  };
  const entriesOfOne = (stored: Stored | undefined) =>
    stored && entriesAreStaged
      ? { entries: { placed: placedOf(stored.namespace), generation: stored.generation } }
      : {};
  return {
    after: renewed,
    entryWrites: entriesAreStaged ? [] : entryWrites,
    stagedEntries: entriesAreStaged ? entriesIn(renewed) : [],
    stagedCollections,
    eventsAreStaged,
    staged: {
      sets: [...stagedCollections].map((collection) => ({ collection, set: mark })),
      ...entriesOfOne(renewed),
    },
    left: { sets: droppedSets(before, renewed), ...entriesOfOne(before) },
  };
}
