import { isStopped, type Release, type Stop, type Switches } from "../../../shared/upkeep/ports/switches.ts";

/** Switches in memory. */
export function memorySwitches(): Switches {
  const switches = new Map<string, Stop | Release>();
  return {
    find: async (job) => switches.get(job),
    stop: async (job, stop) => {
      if (!isStopped(switches.get(job))) switches.set(job, stop);
    },
    release: async (job, released_at) => {
      const stop = switches.get(job);
      if (!isStopped(stop)) return undefined;
      const release = { ...stop, released_at };
      switches.set(job, release);
      return release;
    },
    forget: async (job) => {
      if (!isStopped(switches.get(job))) switches.delete(job);
    },
  };
}
