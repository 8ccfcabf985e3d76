import { recordOf } from "../../../aws/record-of.ts";
import { type Collection, collections } from "../../domain/definitions.ts";
import type { Namespace } from "../../domain/namespace.ts";
import { namespaceKey } from "./keys.ts";

export const METADEF_VERSION = 1;

/** One collection of a namespace. */
export interface Contained {
  /** Which of the definitions in the partition count: a whole collection changes by naming another set. */
  readonly set: string;
  readonly count: number;
  /** Bytes of JSON of all its definitions. */
  readonly bytes: number;
  /** The sum of the revisions with which they were written: whoever read others has not read all of one state. */
  readonly revisions: number;
}

/** A namespace with what the store keeps of it for itself. */
export interface Stored {
  readonly namespace: Namespace;
  /** That of its entries in the lists. */
  readonly generation: string;
  readonly contained: Readonly<Record<Collection, Contained>>;
  /** How many definitions it ever had: their order. */
  readonly made: number;
}

export const nothingContained = (set: string): Contained => ({ set, count: 0, bytes: 0, revisions: 0 });

/** What a namespace has before anything is written of it. */
export const emptyStored = (namespace: Namespace, mark: string): Stored => ({
  namespace,
  generation: mark,
  contained: {
    objects: nothingContained(mark),
    properties: nothingContained(mark),
    tags: nothingContained(mark),
  },
  made: 0,
});

export const namespaceItem = ({ namespace, ...kept }: Stored): Record<string, unknown> => ({
  ...namespaceKey(namespace.id),
  v: METADEF_VERSION,
  ...namespace,
  ...kept,
});

export function storedOf(item: Record<string, unknown>): Stored {
  const { generation, contained, made, ...namespace } = recordOf<Namespace & Omit<Stored, "namespace">>(item);
  return { namespace, generation, contained, made };
}

/** How many definitions all collections have together, and their bytes. */
export const sumOf = ({ contained }: Pick<Stored, "contained">): Pick<Contained, "count" | "bytes"> =>
  collections.reduce(
    (sum, collection) => ({
      count: sum.count + contained[collection].count,
      bytes: sum.bytes + contained[collection].bytes,
    }),
    { count: 0, bytes: 0 },
  );
