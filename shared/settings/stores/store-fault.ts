/** What is wrong with a store of the settings, in words that name it as it was written. */
export class StoreFault extends Error {}

/** Throws StoreFault about the store or the entry that `subject` names. */
export function refuseStore(subject: string, reason: string): never {
  throw new StoreFault(`${subject}: ${reason}`);
}
