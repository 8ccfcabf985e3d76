import { NamespaceChanged } from "../ports/namespace-store.ts";

const ATTEMPTS = 8;

/**
 * Does something that reads a namespace and then what it contains, or writes it, again when somebody else has changed it
 * in between. After several lost races the NamespaceChanged (409) comes through.
 */
export async function untilUnchanged<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof NamespaceChanged) || attempt >= ATTEMPTS) throw error;
    }
  }
}
