import type { ConvertMessage } from "../../../../aws/work-queue.ts";
import type { Explain } from "../../../../log.ts";
import { isImportTask } from "../../../domain/task.ts";
import { BlobMissing } from "../../../ports/blob-store.ts";
import { UploadGone } from "../../../ports/presigning-store.ts";
import { ConversionKilled, ConversionRefused } from "../../../ports/workshop.ts";
import { isRefusal } from "../../is-refusal.ts";
import { holdImport } from "../hold-import.ts";
import { ImportFailed } from "../import-errors.ts";
import type { ConversionPorts } from "./conversion-ports.ts";
import { ConversionLost, type ConversionRun, convertStaged } from "./convert-staged.ts";
import { type WantedConversion, wantedConversion } from "./wanted-conversion.ts";
import { watchConversion } from "./watch-conversion.ts";

/** Runs that were killed, or whose program was. Then it is the image; what the stores fail by says nothing of it. */
const MAX_RUNS = 5;

export type ConversionResult =
  | "nothing to do"
  | "in other hands"
  /** A converter that is alive has it: where it dies, the import sends for another. */
  | "another converts it"
  | "converted"
  /** The converter stops: another run begins it again. */
  | "stopped"
  /** It comes to nothing; the import says why and ends. */
  | "failed";

/** Why no run will ever convert it; undefined for what may pass. */
function finalReason(error: unknown): string | undefined {
  if (error instanceof ConversionRefused || error instanceof ImportFailed) return error.message;
  return isRefusal(error) ? error.message : undefined;
}

async function perform(ports: ConversionPorts, wanted: WantedConversion, run: ConversionRun) {
  const workshop = await ports.workshops.open(wanted.task.id);
  try {
    return await convertStaged(ports, wanted, workshop, run);
  } finally {
    await workshop.close();
  }
}

/** Does it, and writes down what came of it. */
async function attend(
  ports: ConversionPorts,
  wanted: WantedConversion,
  run: ConversionRun,
  { by, stopping, explain }: { by: string; stopping: AbortSignal; explain: Explain },
): Promise<ConversionResult> {
  const { tasks } = ports;
  const { task, conversion } = wanted;
  const save = (what: Partial<WantedConversion["conversion"]>) =>
    tasks.saveTaskConversion(task.id, by, { ...conversion, ...what });
  const fail = async (failure: string): Promise<ConversionResult> => {
    explain({ why: failure, evidence: { runs: conversion.runs } });
    return (await save({ failure })) ? "failed" : "nothing to do";
  };
  if (conversion.runs >= MAX_RUNS)
    return fail(`The conversion broke off ${MAX_RUNS} times: convert the image before it is uploaded.`);
  if (!(await save({ runs: conversion.runs + 1 }))) return "in other hands";
  try {
    const done = await perform(ports, wanted, run);
    return (await save({ runs: 0, done })) ? "converted" : "nothing to do";
  } catch (error) {
    if (stopping.aborted) {
      await save({ runs: conversion.runs });
      return "stopped";
    }
    const isLost =
      error instanceof ConversionLost || error instanceof UploadGone || error instanceof BlobMissing;
    if (isLost && !(await wantedConversion(ports, task.id))) return "nothing to do";
    if (error instanceof ConversionLost) return "in other hands";
    const reason = finalReason(error);
    if (reason !== undefined) return fail(reason);
    // Where this cannot be written either, one run is counted too many.
    if (!(error instanceof ConversionKilled)) await save({ runs: conversion.runs }).catch(() => false);
    throw error;
  }
}

async function takeInHand(
  ports: ConversionPorts,
  taskId: string,
  stopping: AbortSignal,
  explain: Explain,
): Promise<ConversionResult> {
  const { queue, workshops } = ports;
  const known = await wantedConversion(ports, taskId);
  if (!known) {
    explain({ why: "no import waits for it", evidence: {} });
    await workshops.clear(taskId);
    // A run that was killed may have done it, and told nobody.
    if (isImportTask(await ports.tasks.findTask(taskId))) await queue.import({ taskId }, 0);
    return "nothing to do";
  }
  const holding = await holdImport(ports, taskId, () => !stopping.aborted, workshops.name);
  if (!holding) {
    // What a life before this one has left of it; of this one it would be in hand by this name.
    await workshops.clear(taskId);
    return known.conversion.runs > 0 ? "another converts it" : "in other hands";
  }
  const { run, stop } = watchConversion(ports, taskId, holding, stopping);
  let result: ConversionResult;
  try {
    const wanted = await wantedConversion(ports, taskId);
    result = wanted
      ? await attend(ports, wanted, run, { by: holding.by, stopping, explain })
      : "nothing to do";
  } finally {
    stop();
    await holding.letGo();
  }
  if (result === "converted" || result === "failed") await queue.import({ taskId }, 0);
  return result;
}

/**
 * Converts the staged bytes of an import that waits for it, by one run at a time, and has the import go on. A run that was
 * killed is followed by another that begins again, and stores only the parts that are not there already. What comes of it
 * is in the task alone: the image is the import worker's. Nothing stays on the disk but of a run that was killed. Idempotent, and safe to run twice at once.
 */
export const attendConversion =
  (ports: ConversionPorts) =>
  async (
    { taskId }: ConvertMessage,
    stopping: AbortSignal,
    explain: Explain = () => {},
  ): Promise<ConversionResult> => {
    try {
      return await takeInHand(ports, taskId, stopping, explain);
    } catch (error) {
      // Whoever goes on begins again, perhaps on another machine.
      await ports.workshops.clear(taskId);
      throw error;
    }
  };
