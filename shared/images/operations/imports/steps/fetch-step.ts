import { ImportFailed } from "../import-errors.ts";
import type { Step } from "../import-ports.ts";

/** Brings the bytes of another host to where imports are staged. */
export const fetchStep: Step =
  () =>
  async ({ task }) => {
    throw new ImportFailed(`The import method ${task.import.method.name} is not offered here.`);
  };
