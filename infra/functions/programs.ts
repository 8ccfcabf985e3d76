import type { ProgramEntry } from "./entry.ts";
import { readImages } from "./grants.ts";

/** What is no Lambda function: a folder each under functions/programs/. */
export const programs = {
  // Has what anybody has uploaded read by a program that is not ours: it changes no image, and deletes nothing.
  converter: {
    does: "Converts the data of imports, with qemu-img",
    partOf: "conversion",
    // Longer than a task is held without a sign of life: who comes after a killed one finds it free.
    visibilitySeconds: 360,
    attempts: 10,
    access: {
      table: [
        readImages,
        // What it says of its own work is written past the image's revision.
        { actions: ["GetItem", "UpdateItem"], partitions: ["task#*"] },
      ],
      objects: ["GetObject", "PutObject", "ListMultipartUploadParts"],
      storesPartsOnly: true,
      sendsTo: ["import"],
      polls: "convert",
    },
  },
} as const satisfies Readonly<Record<string, ProgramEntry>>;

export type ProgramName = keyof typeof programs;

export const programEntries = () => Object.entries(programs) as [ProgramName, ProgramEntry][];
