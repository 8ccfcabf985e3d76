import type { FindingEvidence } from "../../images/domain/finding.ts";
import type { Image } from "../../images/domain/image.ts";

/** A record of the database, by what its key says. */
export type RecordRef =
  | { readonly kind: "image"; readonly imageId: string }
  | { readonly kind: "member"; readonly imageId: string; readonly memberId: string }
  | { readonly kind: "transfer"; readonly imageId: string; readonly transferId: string }
  /** By which a list finds an image: the list, and the place in it. */
  | {
      readonly kind: "list entry";
      readonly imageId: string;
      readonly list: string;
      readonly place: string;
    }
  /** By which a project finds what is shared with it. */
  | {
      readonly kind: "member entry";
      readonly imageId: string;
      readonly memberId: string;
      readonly list: string;
      readonly place: string;
    }
  /** By which sweeps find a transfer that is not over. */
  | { readonly kind: "open transfer"; readonly imageId: string; readonly transferId: string }
  | { readonly kind: "task"; readonly taskId: string }
  /** By which an import is found that nobody goes on with. */
  | { readonly kind: "open task"; readonly taskId: string }
  | { readonly kind: "deletion"; readonly deletionId: string }
  | { readonly kind: "usage"; readonly project: string }
  | { readonly kind: "namespace"; readonly namespaceId: string }
  /** By which a namespace of metadata definitions is found, and its name is unique. */
  | { readonly kind: "namespace name"; readonly name: string }
  /** By which a list finds a namespace: the list, and the place in it. */
  | {
      readonly kind: "namespace entry";
      readonly namespaceId: string;
      readonly list: string;
      readonly place: string;
    }
  /** An object, a property or a tag, by its place in its namespace. */
  | { readonly kind: "definition"; readonly namespaceId: string; readonly place: string }
  /** Under a key prefix of images or namespaces, with a key that this service does not make. */
  | { readonly kind: "unknown"; readonly key: string };

export type RecordKind = RecordRef["kind"];

/** One thing that is wrong with a record, as it was at one moment. */
export interface RecordFault {
  /** E.g. `list-entry-missing`. */
  readonly kind: string;
  /** Unique within the kind. */
  readonly subject: string;
  /** Null where it is of no image. */
  readonly imageId: string | null;
  readonly evidence: FindingEvidence;
  /**
   * Puts it right, on condition that the fault is still there and its image, transfer or namespace is what it was:
   * false when it is not. So what was mended was a fault indeed. Absent where only a person can tell what is right.
   */
  readonly mend?: () => Promise<boolean>;
}

/**
 * All records of images and of metadata definitions as the database holds them, for upkeep: whatever is missing
 * elsewhere, a walk over them finds everything that is there.
 */
export interface Records {
  /**
   * A page of all records that have to do with either, in no order anyone can rely on; all of one kind when that is
   * asked for. What comes or goes during a walk may be on a page or not; all that is there throughout is on exactly
   * one. A place to go on from stays good for days. A page may be empty without being the last.
   */
  walk(options: {
    readonly limit: number;
    readonly after?: string;
    readonly only?: RecordKind;
  }): Promise<{ readonly refs: readonly RecordRef[]; readonly next?: string }>;
  /**
   * A quick look, by reads in batches which are not of one moment: the images among these, and those with which
   * something seems to be wrong. None of the others had a fault.
   */
  look(
    refs: readonly RecordRef[],
  ): Promise<{ readonly images: readonly Image[]; readonly suspects: readonly RecordRef[] }>;
  /** What is wrong with one record, as of one moment. */
  faultsOf(ref: RecordRef): Promise<readonly RecordFault[]>;
}
