import { FormatRefused } from "../../shared/formats/format-refused.ts";
import { ownValue } from "../../shared/own-value.ts";
import { Advised, DataMismatch, Resumable, UsageError } from "../command-line/failures.ts";
import { ConfigurationError } from "../openstack/cloud-settings.ts";
import { refusalText } from "../openstack/refusal.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { TransferEnded } from "../transfer/transfer-state.ts";
import { FileChanged } from "../upload/file-changed.ts";
import { LayoutRefused } from "../upload/part-layout.ts";
import { exitCodes } from "./exit-codes.ts";

export interface Explanation {
  /** One line, without secrets. */
  readonly message: string;
  readonly exitCode: number;
  /** A command line that goes on. */
  readonly resume?: string;
}

const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be used (permission denied)",
  EPERM: "may not be used (operation not permitted)",
  EISDIR: "is a folder",
  ENOSPC: "does not fit: the disk is full",
  EEXIST: "exists already",
  EADDRINUSE: "is taken",
};

const isUsage = (error: unknown) =>
  error instanceof UsageError || error instanceof ConfigurationError || error instanceof LayoutRefused;
const isMismatch = (error: unknown) => error instanceof DataMismatch || error instanceof FileChanged;

function messageOf(error: unknown): string {
  if (error instanceof ApiRefused)
    return `the image service refused (${error.status}): ${refusalText(error.answer)}`;
  if (error instanceof TransferEnded) return `the service ended this transfer: ${error.message}`;
  if (error instanceof FormatRefused) {
    return error.dependsOnSettings
      ? `${error.message} (--no-inspect lets the service decide)`
      : error.message;
  }
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === "ERR_INVALID_URL") return "an address is not a URL: look at auth_url and the endpoints";
  const fault = code === undefined ? undefined : ownValue(fileFaults, code);
  return fault === undefined ? error.message : `${path ?? syscall ?? "a file"} ${fault}`;
}

/** Parts of messages come from servers: nothing of them may steer the terminal. */
const oneLine = (text: string): string => text.replace(/\s*[\p{Cc}\p{Cf}]+\s*/gu, " ").trim();

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What a person is told about a failure, and the exit code of the program. */
export function explain(error: unknown): Explanation {
  if (error instanceof Resumable) {
    const { message } = explain(error.cause);
    return {
      message: `${sentence(message)} Nothing is lost; go on with: ${error.resume}`,
      exitCode: exitCodes.resumable,
      resume: error.resume,
    };
  }
  if (error instanceof Advised) {
    const cause = explain(error.cause);
    return { message: `${sentence(cause.message)} ${error.advice}`, exitCode: cause.exitCode };
  }
  const exitCode = isUsage(error)
    ? exitCodes.usage
    : isMismatch(error)
      ? exitCodes.mismatch
      : exitCodes.failed;
  return { message: oneLine(messageOf(error)), exitCode };
}
