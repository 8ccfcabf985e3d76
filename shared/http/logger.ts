import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import type { Log, LogFields } from "../log.ts";

/** A function's log; `appendKeys` gives fields to all lines from then on. */
export interface FunctionLog extends Log {
  appendKeys(fields: LogFields): void;
  addContext(context: Context): void;
}

/** Structured lines on stdout. Never log headers, URLs with a query or bodies: they carry tokens and signatures. */
export const createLogger = (serviceName: string): FunctionLog => new Logger({ serviceName });
