/** Something that was done to the disk below the root; files and folders are numbers, 0 is the root. */
export type Step =
  | { readonly kind: "create"; readonly in: number; readonly name: string; readonly node: number }
  | { readonly kind: "make-folder"; readonly in: number; readonly name: string; readonly node: number }
  | { readonly kind: "write"; readonly node: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly node: number; readonly size: number }
  | {
      readonly kind: "rename";
      readonly from: { readonly in: number; readonly name: string };
      readonly to: { readonly in: number; readonly name: string };
      readonly node: number;
    }
  | { readonly kind: "remove"; readonly in: number; readonly name: string }
  /** Forced to the disk: of this file or folder, what was done before the step `upTo`. */
  | { readonly kind: "sync"; readonly node: number; readonly isFolder: boolean; readonly upTo: number };

/** What a disk may fail to do although it says that it has. */
export const lies = ["no files", "no folders"] as const;
export type Lie = (typeof lies)[number];

/** Everything that the program under test does to its files, in order; made once a process. */
class Journal {
  steps: Step[] = [];
  /** Nothing is recorded without it. */
  root: string | undefined;
  /** Forcing to the disk has no effect on these. */
  lie: Lie | undefined;
}

export const journal = new Journal();
