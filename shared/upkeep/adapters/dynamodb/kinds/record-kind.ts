import type { Key } from "../../../../aws/table-key.ts";
import type { WriteItem } from "../../../../aws/transaction.ts";
import type { FindingEvidence } from "../../../../images/domain/finding.ts";
import type { RecordKind, RecordRef } from "../../../ports/records.ts";
import type { Snapshot } from "../record-snapshot.ts";

/** The reference to a record of this kind. */
export type RefOf<Kind extends RecordKind> = Extract<RecordRef, { readonly kind: Kind }>;

/** A fault with the write that puts it right, which fails when the fault is not there any more. */
export interface FoundFault {
  readonly kind: string;
  readonly subject: string;
  readonly evidence: FindingEvidence;
  readonly write?: WriteItem;
}

/** A kind of records, by its keys. */
export interface WalkedKind<Kind extends RecordKind> {
  /** What the partition keys of the kind begin with; absent where it lies in several partitions. */
  readonly prefix?: string;
  /** Whether this partition is for records of the kind. */
  readonly isPartition: (pk: string) => boolean;
  /** What a key in such a partition names; undefined when it is none of this kind. */
  readonly refOf: (key: Key) => RefOf<Kind> | undefined;
}

/** A kind of records that follow from others, and are judged by them. */
export interface JudgedKind<Kind extends RecordKind> extends WalkedKind<Kind> {
  /** The record itself. */
  readonly keyOf: (ref: RefOf<Kind>) => Key;
  /** What must be read to know the guard; absent where the reference says all. */
  readonly pointerOf?: (ref: RefOf<Kind>) => Key;
  /** The record whose revision guards this one: all are written in transactions with it. */
  readonly guardOf: (ref: RefOf<Kind>, seen: Snapshot) => Key;
  /** What must be read to know the witnesses, the guard among it. */
  readonly firstReads: (ref: RefOf<Kind>) => Key[];
  /** What besides its guard the record is judged by. */
  readonly witnesses: (ref: RefOf<Kind>, seen: Snapshot) => Key[];
  /** The namespace whose definitions the record counts; absent where it counts none. */
  readonly countsDefinitionsOf?: (ref: RefOf<Kind>) => string;
  /** How a quick look knows the record: it is among the first reads, its key says all, or it is read after them. */
  readonly isKnownBy: "first read" | "key" | "second read";
  /** What is wrong with the record, by what was read. Pure. */
  readonly faults: (TableName: string, ref: RefOf<Kind>, seen: Snapshot) => FoundFault[];
}

export const subjectOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

export const insert = (TableName: string, Item: Key & Record<string, unknown>): WriteItem => ({
  Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
});

export const remove = (TableName: string, Key: Key): WriteItem => ({
  Delete: { TableName, Key, ConditionExpression: "attribute_exists(pk)" },
});
