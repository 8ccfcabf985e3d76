import type { Call } from "./iam/principal.ts";
import type { LogFile } from "./log-file.ts";

/** Writes each call of an emulated AWS service as one JSON line. A Call holds no signature, token or body. */
export const createCallLog =
  (file: LogFile) =>
  (call: Call): void =>
    file.write(`${JSON.stringify(call)}\n`);
