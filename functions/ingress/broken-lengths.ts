const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/**
 * Lengths of PUTs that were refused and cut off before their body was read. An old openstacksdk (before 4.5) takes the
 * cut for a lost connection and at once sends the rest of the file with a matching smaller Content-Length; were the
 * reason of the refusal gone by then, a truncated image would become active. The server remembers the same for
 * transfers that broke; these never got one.
 */
export class BrokenLengths {
  readonly #lengths = new Map<string, { readonly bytes: number; readonly until: number }>();

  remember(imageId: string, bytes: number): void {
    const known = this.isRest(imageId, bytes) ? this.#lengths.get(imageId)?.bytes : undefined;
    this.#lengths.delete(imageId);
    this.#lengths.set(imageId, { bytes: known ?? bytes, until: Date.now() + REMEMBERED_MS });
    const oldest = this.#lengths.keys().next().value;
    if (this.#lengths.size > MAX_REMEMBERED && oldest !== undefined) this.#lengths.delete(oldest);
  }

  /** Whether a PUT of this size looks like the rest of one that was cut off in the last 10 minutes. */
  isRest(imageId: string, bytes: number): boolean {
    const found = this.#lengths.get(imageId);
    if (found && found.until < Date.now()) this.#lengths.delete(imageId);
    return found !== undefined && found.until >= Date.now() && bytes < found.bytes;
  }

  forget(imageId: string): void {
    this.#lengths.delete(imageId);
  }
}
