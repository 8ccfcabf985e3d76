import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process, told apart from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; empty where that cannot be asked. */
  readonly startedAt: string;
}

export const identify = (pid: number): ProcessIdentity => ({ pid, startedAt: startTime(pid) });

/** Whether the very process still runs, not another one that got its id. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startedAt === "" || startTime(pid) === startedAt;
}

function startTime(pid: number): string {
  if (process.platform === "linux") return linuxStartTime(pid);
  if (process.platform === "win32") return "";
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}

/** Clock ticks since boot (proc(5), /proc/pid/stat field 22), with the boot's id. */
function linuxStartTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A killed process that nobody waited for keeps its entry: it runs no more.
    if (fields[0] === "Z" || fields[0] === "X") return "ended";
    return `${fields[19]}@${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`;
  } catch {
    return "";
  }
}
