import { Interrupted } from "../command-line/failures.ts";
import { exitCodes } from "./exit-codes.ts";

/** One Ctrl-C can arrive several times: the terminal signals npm and its children, and those pass it on. */
const ONE_KEY_PRESS_MS = 500;

/** A signal that the first Ctrl-C aborts; the second ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const onSignal = () => {
    const now = performance.now();
    if (first === 0) {
      first = now;
      controller.abort(new Interrupted());
    } else if (now - first > ONE_KEY_PRESS_MS) process.exit(exitCodes.impatient);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return controller.signal;
}
