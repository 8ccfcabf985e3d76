import type { FetchMessage } from "../../../aws/work-queue.ts";
import type { Explain } from "../../../log.ts";
import type { FetchState } from "../../domain/import-work.ts";
import { type ImportTask, isImportTask } from "../../domain/task.ts";
import { ImportSourceFailed } from "../../ports/import-source.ts";
import { UploadGone } from "../../ports/presigning-store.ts";
import { isRefusal } from "../is-refusal.ts";
import { beginFetch } from "./begin-fetch.ts";
import { changeImport, readImport } from "./change-import.ts";
import { HoldLost } from "./fetch-budget.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import { fetchTurn } from "./fetch-turn.ts";
import { isFetching } from "./fetch-work.ts";
import { fetchPiece } from "./hand-out-fetch.ts";
import { holdImport } from "./hold-import.ts";
import { ImportFailed, ImportLost, ImportOver } from "./import-errors.ts";
import { isTooOld } from "./import-lifetime.ts";
import { noteLogin } from "./note-login.ts";

/** Renews a hold in time, whatever comes of a renewal. */
const RENEW_MS = 31_000;
/** As long as a hold of which nobody shows a sign of life. */
const OTHERS_SECONDS = 300;

export type FetchResult =
  | "nothing to do"
  | "in other hands"
  /** Others fetch, and it is asked for again. */
  | "waits for its turn"
  /** All bytes are stored; the import goes on. */
  | "fetched"
  /** No time is left: the next run goes on. */
  | "continues"
  /** The same, and not one part came. */
  | "nothing came"
  /** Others fetch parts of it, at the same time. */
  | "handed out"
  /** What it was to fetch is stored, and other parts are not yet. */
  | "a piece"
  /** It comes to nothing; the import says why and ends. */
  | "failed";

/** Why no run will ever fetch it; undefined for what may pass. */
function finalReason(error: unknown): string | undefined {
  if (error instanceof ImportSourceFailed || error instanceof ImportFailed) return error.message;
  if (error instanceof UploadGone) return "The store has dropped what was fetched: import it again.";
  return isRefusal(error) ? error.message : undefined;
}

/** The transfer that a run works on, once it is known. */
interface InHand {
  transferId?: string;
}

/** Whether that is what came of it: what is fetched by now cannot fail by a run that comes late. */
async function noteFailure(ports: FetchingPorts, taskId: string, { transferId }: InHand, failure: string) {
  const { task } = await changeImport(ports, { taskId }, ({ task: { import: work } }) => {
    if (!isFetching(work, transferId)) return undefined;
    const fetch: FetchState = { round: 0, ...work.fetch, failure };
    return { work: { fetch } };
  });
  return task.import.fetch?.failure !== undefined;
}

/** Does `work`, and tells the import what came of it. */
async function outcomeOf(
  ports: FetchingPorts,
  taskId: string,
  explain: Explain,
  work: (inHand: InHand) => Promise<FetchResult>,
): Promise<FetchResult> {
  const inHand: InHand = {};
  try {
    return await work(inHand);
  } catch (error) {
    if (error instanceof ImportOver) return "nothing to do";
    if (error instanceof HoldLost) return "in other hands";
    // The import ends itself, and all that belongs to it.
    if (error instanceof ImportLost) return "failed";
    const reason = finalReason(error);
    if (reason === undefined) throw error;
    explain({ why: reason, evidence: {} });
    try {
      return (await noteFailure(ports, taskId, inHand, reason)) ? "failed" : "nothing to do";
    } catch (lost) {
      if (!(lost instanceof ImportOver || lost instanceof ImportLost)) throw lost;
      return "failed";
    }
  }
}

/** Fetches all of it, with the task in hand; large data is handed out in pieces. */
async function fetchWhole(
  ports: FetchingPorts,
  taskId: string,
  run: FetchRun,
  inHand: InHand,
): Promise<FetchResult> {
  for (;;) {
    const begun = await beginFetch(ports, taskId, run);
    if (!begun) return "nothing to do";
    inHand.transferId = begun.transfer.id;
    const result = await fetchBytes(ports, begun, run);
    if (result !== "again") return result;
    if (!(await run.mayGoOn("Fetching the data again, which is not the expected one"))) return "continues";
  }
}

/** Says that the import is alive, in whosever hands it is. */
const touching =
  ({ tasks, clock, newId }: FetchingPorts, taskId: string): FetchRun["mayGoOn"] =>
  async (message) => {
    const now = clock().toISOString();
    await tasks.holdTask(taskId, { by: newId(), now, until: now, message });
    return true;
  };

async function attend(
  ports: FetchingPorts,
  { taskId, parts, token, emptyRuns = 0 }: FetchMessage,
  given: Pick<FetchRun, "hasTime" | "explain" | "bytesPerSecond">,
): Promise<FetchResult> {
  const { hasTime, explain } = given;
  if (parts) {
    const run = { ...given, token, emptyRuns, mayGoOn: touching(ports, taskId), isOurs: () => true };
    return outcomeOf(ports, taskId, explain, async (inHand) => {
      const state = await readImport(ports, { taskId });
      const { transfer_id } = state.task.import;
      if (transfer_id !== undefined) inHand.transferId = transfer_id;
      return fetchPiece(ports, state, parts, run);
    });
  }
  const holding = await holdImport(ports, taskId, hasTime);
  if (!holding) return "in other hands";
  // Also while a host says nothing: a run that lives keeps the task, or stores nothing more.
  const renewing = setInterval(() => void holding.mayGoOn().catch(() => undefined), RENEW_MS);
  try {
    const run = { ...given, token, emptyRuns, mayGoOn: holding.mayGoOn, isOurs: holding.isOurs };
    return await outcomeOf(ports, taskId, explain, (inHand) => fetchWhole(ports, taskId, run, inHand));
  } finally {
    clearInterval(renewing);
    await holding.letGo();
  }
}

/** Attends to it in one of the turns of all imports; without one it comes again later. */
async function attendInTurn(
  ports: FetchingPorts,
  message: FetchMessage,
  task: ImportTask,
  run: Pick<FetchRun, "hasTime" | "explain">,
): Promise<FetchResult> {
  const { waits = 0, ...same } = message;
  const turn = await fetchTurn(ports, task, waits);
  if (!("giveBack" in turn)) {
    const { why, delaySeconds } = turn;
    run.explain({ why, evidence: { waits, delay_seconds: delaySeconds } });
    await ports.queue.fetch({ ...same, waits: waits + 1 }, delaySeconds);
    // It is alive: nobody else sends for it, nor takes over its lock.
    await touching(ports, task.id)(`Waits for its turn to be fetched: ${why}`);
    return "waits for its turn";
  }
  try {
    return await attend(ports, message, { ...run, bytesPerSecond: turn.bytesPerSecond });
  } finally {
    await turn.giveBack();
  }
}

/**
 * Fetches data of another host for an import whose step it is: from where an earlier run stopped, which the store and the
 * task tell. What a killed run had in hand is fetched again, and nothing else. A message that names parts is about these
 * alone, which others fetch beside. It waits for its turn among all imports. Idempotent, and safe to run twice at once.
 */
export const attendFetch =
  (ports: FetchingPorts) =>
  async (
    message: FetchMessage,
    hasTime: () => boolean,
    explain: Explain = () => {},
  ): Promise<FetchResult> => {
    const { tasks, queue } = ports;
    const { emptyRuns = 0, waits: _, ...same } = message;
    const task = await tasks.findTask(message.taskId);
    if (!isImportTask(task)) return "nothing to do";
    const isOver = isTooOld(ports, task);
    if (!isOver && message.token !== undefined) await noteLogin(ports, task);
    const result = isOver ? "failed" : await attendInTurn(ports, message, task, { hasTime, explain });
    if (isOver) explain({ why: "the import has had its time", evidence: { created_at: task.created_at } });
    // Whoever has it in hand may have been killed, and nobody else has the login.
    if (result === "in other hands" && message.token !== undefined)
      await queue.fetch(message, OTHERS_SECONDS);
    if (result === "continues") await queue.fetch(same, 0);
    if (result === "nothing came") await queue.fetch({ ...same, emptyRuns: emptyRuns + 1 }, 0);
    if (result === "fetched" || result === "failed") await queue.import({ taskId: message.taskId }, 0);
    return result;
  };
