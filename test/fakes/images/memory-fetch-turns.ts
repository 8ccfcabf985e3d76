import { type FetchTurns, noTurns } from "../../../shared/images/domain/fetch-turns.ts";
import type { FetchTurnStore } from "../../../shared/images/ports/fetch-turns.ts";

export function memoryFetchTurns(): FetchTurnStore & { now(): FetchTurns } {
  let turns = noTurns;
  return {
    now: () => turns,
    change: async (decide) => {
      const { after, result } = decide(turns);
      if (after) turns = structuredClone(after);
      return result;
    },
  };
}
