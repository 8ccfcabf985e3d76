/** Bytes that are read from or written to the disk at once. */
export const blockBytes = 1024 * 1024;

const mostKept = 16;
const free: Buffer[] = [];

/**
 * Memory of one block, used again and again: made anew for each, it had the collector look at everything every few dozen
 * megabytes. A few are kept for the next ones.
 */
export const takeBlock = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);

/** Nobody uses it any more. */
export function giveBlock(block: Buffer): void {
  if (free.length < mostKept) free.push(block);
}
