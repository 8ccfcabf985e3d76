import {
  type Checkpoint,
  CheckpointMoved,
  type Checkpoints,
} from "../../../shared/upkeep/ports/checkpoints.ts";

/** Checkpoints in memory; what is kept is a copy, as in a database. */
export function memoryCheckpoints(): Checkpoints {
  const stored = new Map<string, Checkpoint>();
  return {
    find: async (name) => structuredClone(stored.get(name)),
    save: async (name, seen, state) => {
      if (stored.get(name)?.revision !== seen) throw new CheckpointMoved(name);
      const revision = (seen ?? 0) + 1;
      stored.set(name, structuredClone({ revision, state }));
      return revision;
    },
  };
}
