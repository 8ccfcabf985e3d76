import { readdirSync, readFileSync } from "node:fs";

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Of all its threads, and of children that have ended. */
  readonly seconds: number;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
    return { pid, parent: Number(fields[1]), seconds: (user + system + endedUser + endedSystem) / 100 };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

/**
 * Processor seconds so far of a process with all that it has started: they say more than a clock where others are at work
 * on the machine. Linux only.
 */
export function processorSeconds(pid: number): number {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const wanted = new Set([pid]);
  for (let before = 0; before < wanted.size; ) {
    before = wanted.size;
    for (const { pid: each, parent } of all) if (wanted.has(parent)) wanted.add(each);
  }
  return all.reduce((sum, each) => (wanted.has(each.pid) ? sum + each.seconds : sum), 0);
}

/** Most memory that a process had at a time. */
export const peakMebibytes = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
