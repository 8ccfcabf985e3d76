/** One line of the log. Never headers, bodies or a URL's query: they carry tokens and signatures. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (event: string, fields: LogFields) => void;

/** Structured lines on stdout. */
export const stdoutLog: Log = (event, fields) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
};
