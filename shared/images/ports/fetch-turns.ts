import type { FetchTurns } from "../domain/fetch-turns.ts";

/** Who fetches from other hosts, of all runs of all imports. Strongly consistent. */
export interface FetchTurnStore {
  /**
   * Changes the record: `decide` sees it as it is, and is asked again where another was faster, also where its own write
   * was made and the answer lost. Nothing is written where it names no `after`. Throws RevisionConflict after many
   * lost races.
   */
  change<Result>(
    decide: (before: FetchTurns) => { readonly after?: FetchTurns; readonly result: Result },
  ): Promise<Result>;
}
