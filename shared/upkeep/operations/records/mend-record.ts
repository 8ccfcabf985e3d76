import type { RecordFault, RecordRef, Records } from "../../ports/records.ts";
import type { Decision } from "../job-run.ts";

/** Whether it was mended, could not be (only a person can), or was not there any more. */
export type Mended = "mended" | "open" | "gone";

/**
 * Looks closely at a suspect, and puts right what is wrong with it. Each fault's write has the fault as its condition,
 * so what `told` hears as mended was there.
 */
export async function judgeRecord(
  { records }: { readonly records: Pick<Records, "faultsOf"> },
  ref: RecordRef,
  told: (fault: RecordFault, outcome: Exclude<Mended, "gone">) => Promise<unknown> = async () => undefined,
): Promise<Decision | undefined> {
  const faults = await records.faultsOf(ref);
  const [first] = faults;
  if (!first) return undefined;
  const act = async (): Promise<boolean> => {
    let isMended = false;
    for (const fault of faults) {
      const outcome = !fault.mend ? "open" : (await fault.mend()) ? "mended" : "gone";
      if (outcome !== "gone") await told(fault, outcome);
      isMended ||= outcome === "mended";
    }
    return isMended;
  };
  const evidence = { faults: faults.map(({ kind, subject, evidence }) => ({ kind, subject, ...evidence })) };
  return {
    what: faults.some(({ mend }) => mend) ? "mend record" : "report record",
    why: first.kind,
    evidence,
    act,
  };
}
