/**
 * What every line has by itself. As fields they would be left out of the line, with a warning in their place
 * (Powertools for AWS Lambda, logger, "reserved keys").
 */
type ReservedField = "level" | "message" | "sampling_rate" | "service" | "timestamp";

/** Fields of a line: never headers, bodies or URLs with a query, which carry tokens and signatures. */
export type LogFields = Readonly<Record<string, unknown>> & {
  readonly [Field in ReservedField]?: never;
};

/** Takes structured lines: what happened in a word or two, and the fields that say of what. */
export interface Log {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/** Why a piece of work ended as it did, for the one line that is logged of it. */
export interface Explanation {
  readonly image_id?: string;
  readonly why: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}
export type Explain = (explanation: Explanation) => void;
