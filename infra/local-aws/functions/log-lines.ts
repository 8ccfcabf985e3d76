import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Hands on what a program prints, line by line, each as one JSON object with a line end: whoever reads logs reads
 * them with a JSON parser. What is none (a warning of Node's, the stack of a crash) becomes the `message` of one.
 */
export function logLines(output: Readable, log: (line: string) => void): void {
  createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
    if (line.trim() !== "") log(`${isObject(line) ? line : JSON.stringify(said(line))}\n`);
  });
}

const said = (line: string) => ({ timestamp: new Date().toISOString(), level: "INFO", message: line });

function isObject(line: string): boolean {
  if (!line.startsWith("{")) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
