import type { IncomingMessage } from "node:http";
import { releaseChunk } from "../release-chunk.ts";

/**
 * Frees what is read for an answer from its connection as soon as Node's parser has copied the body out of it: of a client's
 * connection each byte is in memory twice, and the collector would have to find the first one.
 */
export function releaseReads(answer: IncomingMessage): void {
  const { socket } = answer;
  // After the parser's own listener, which every answer of a kept connection has anew.
  socket.on("data", releaseChunk);
  answer.once("end", () => socket.off("data", releaseChunk));
}
