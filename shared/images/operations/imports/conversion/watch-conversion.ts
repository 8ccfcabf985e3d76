import type { ImportHolding } from "../hold-import.ts";
import type { ConversionPorts } from "./conversion-ports.ts";
import { ConversionLost, type ConversionRun } from "./convert-staged.ts";
import { wantedConversion } from "./wanted-conversion.ts";

const WATCH_MS = 5000;

/** Keeps a conversion in hand while it lasts, and ends it when nobody wants it any more or the converter stops. */
export function watchConversion(
  ports: ConversionPorts,
  taskId: string,
  { mayGoOn, isOurs }: ImportHolding,
  stopping: AbortSignal,
): { readonly run: ConversionRun; readonly stop: () => void } {
  const ended = new AbortController();
  let message: string | undefined;
  let isAsking = false;
  const look = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      const isHeld = await mayGoOn(message);
      if (!isHeld && !stopping.aborted) ended.abort(new ConversionLost("others have it"));
      if (!(await wantedConversion(ports, taskId)))
        ended.abort(new ConversionLost("nobody wants it any more"));
    } catch {
      // The table does not answer: the hold tells how long that may last.
      if (!isOurs()) ended.abort(new ConversionLost("its hold could not be renewed"));
    } finally {
      isAsking = false;
    }
  };
  const timer = setInterval(() => void look(), ports.watchMs ?? WATCH_MS);
  return {
    run: {
      signal: AbortSignal.any([ended.signal, stopping]),
      say: (said) => {
        message = said;
      },
      isOurs,
    },
    stop: () => clearInterval(timer),
  };
}
