import { parsePartNumbers } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";
import { assertSame, type ImageOptions, type PlannedImage, plannedImage } from "./planned-image.ts";
import { type Speed, type SpeedOptions, speedOf } from "./speed.ts";

/** The options of `imagectl upload`, as the command line gives them. */
export interface GivenUpload extends ImageOptions, SpeedOptions {
  readonly resume?: boolean;
  readonly new?: boolean;
  readonly decompress?: boolean;
  readonly ticket?: string;
  readonly parts?: string;
}

/**
 * Where an upload begins: at its beginning; where an earlier one of the same file stands (`resume`: which must be
 * there, `same`: begun by the same command line, if there is one); or where a ticket's transfer does.
 */
export type UploadStart =
  | { readonly kind: "new" | "resume" | "same" }
  | {
      readonly kind: "ticket";
      readonly path: string;
      /** Only these parts, and no completion. */
      readonly parts: ReadonlySet<number> | undefined;
      /** The options that say so. */
      readonly words: readonly string[];
    };

/** What `imagectl upload` is to do. */
export interface UploadPlan {
  readonly image: PlannedImage;
  readonly speed: Speed;
  /** Send what is compressed in the data. */
  readonly decompress: boolean;
  readonly start: UploadStart;
}

function startOf({ resume, new: isNew, ticket, parts }: GivenUpload): UploadStart {
  if (ticket === undefined) return { kind: resume ? "resume" : isNew ? "new" : "same" };
  return {
    kind: "ticket",
    path: ticket,
    parts: parts === undefined ? undefined : parsePartNumbers(parts),
    words: ["--ticket", ticket, ...(parts === undefined ? [] : ["--parts", parts])],
  };
}

/** Reads the options once. Throws UsageError for what cannot be read, and for options that contradict each other. */
export function uploadPlan(file: string, given: GivenUpload): UploadPlan {
  const resumes = given.resume || given.ticket !== undefined;
  if (given.resume && given.ticket !== undefined)
    throw new UsageError("--resume and --ticket: give one of them");
  if (given.parts !== undefined && given.ticket === undefined) {
    throw new UsageError("--parts needs --ticket: begin with imagectl transfer create");
  }
  const start = startOf(given);
  if (file === "-" && resumes)
    throw new UsageError("standard input cannot be read again: give a file to go on with");
  if (given.decompress && resumes)
    throw new UsageError("--decompress sends a stream, which cannot be gone on with");
  if (given.new && resumes)
    throw new UsageError("--new begins another upload: leave it out to go on with one");
  const image = plannedImage(given);
  if (start.kind === "ticket") assertSame(image, {});
  return { image, speed: speedOf(given), decompress: given.decompress === true, start };
}
