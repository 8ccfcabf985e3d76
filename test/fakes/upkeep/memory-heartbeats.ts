import type { Heartbeats, SeenHeartbeat } from "../../../shared/upkeep/ports/heartbeats.ts";

/** One place for a heartbeat in memory, which a test can set back. */
export function memoryHeartbeats() {
  let kept: SeenHeartbeat | undefined;
  let version = 0;
  const heartbeats: Heartbeats = {
    find: async () => kept,
    replace: async (seen, { table, beat }) => {
      if (kept?.version !== seen?.version) return false;
      kept = { table, beat, version: `${++version}` };
      return true;
    },
  };
  return {
    heartbeats,
    now: () => kept,
    set: (heartbeat: SeenHeartbeat | undefined) => {
      kept = heartbeat;
    },
  };
}
