import type { Image } from "../domain/image.ts";
import type { ImportTask } from "../domain/task.ts";
import type { Transfer } from "../domain/transfer.ts";
import type { StoredObject } from "./blob-store.ts";
import type { CopyTarget } from "./copy-target.ts";

/** An image whose staged bytes a plugin looks at, before anybody has judged them. */
export interface PluginSubject {
  readonly image: Image;
  readonly task: ImportTask;
}

export interface PluginRun extends PluginSubject {
  /** The staged bytes. */
  readonly staged: StoredObject & { readonly size: number };
  /**
   * Where other bytes go that take the place of the staged ones: an upload in parts (`upload_id`) that is begun at the
   * first call and the same in all runs of this plugin. What it has stored of it is there in the next run.
   */
  readonly output: () => Promise<{ readonly transfer: Transfer; readonly store: CopyTarget }>;
  /** Throws TooLarge once so many bytes of output are more than the project may have beside what it had at the call. */
  readonly quota: () => Promise<(bytes: number) => void>;
  /** Whether there is time left, and the task is still in this run's hands. Asked before each piece of work. */
  readonly mayGoOn: (message?: string) => Promise<boolean>;
  /** Whether no other run can have the task in hand by now, whose work this one would judge. */
  readonly isOurs: () => boolean;
}

/** What a plugin changes of the image's attributes; its properties are set beside those that the image has by then. */
export type PluginChanges = Partial<
  Pick<Image, "disk_format" | "container_format" | "virtual_size" | "properties">
>;

export type PluginResult =
  | { readonly outcome: "unchanged" }
  | {
      readonly outcome: "changed";
      readonly attributes?: PluginChanges;
      /** The output is whole and takes the place of the staged bytes: its object is there, of this size and ETag. */
      readonly output?: { readonly size: number; readonly etag: string };
    }
  /** There was no time for all: the next run goes on. */
  | { readonly outcome: "continues" }
  /**
   * A converter is to write the output, who sends the task's message when it is done. `insteadOf` has the mark of parts that
   * one has written, and that are not what is there: it is to do it again.
   */
  | { readonly outcome: "converts"; readonly insteadOf?: string };

/**
 * One of `image_import_plugins`: what is done to staged bytes before they are read and stored. A run that was killed is
 * followed by another with the same arguments. Throws ImportFailed, with a sentence for whoever asked for the import, for
 * bytes that cannot become this image.
 */
export interface ImportPlugin {
  readonly name: string;
  /** Whether there may be something to do; asked again in each run. */
  readonly applies: (subject: PluginSubject) => boolean;
  readonly run: (run: PluginRun) => Promise<PluginResult>;
}
