/** What is wrong with a file of the operator's, in one line that says where. */
export class PolicyFileError extends Error {
  constructor(file: string, line: number, reason: string) {
    super(`${file}:${line}: ${reason.replaceAll(/\s+/g, " ")}`);
  }
}
