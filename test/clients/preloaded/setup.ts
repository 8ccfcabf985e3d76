import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Around the suites that run Debian's clients: loads them once, for all commands. Where they are not installed the tests
 * find no program, and fail.
 */
export default async function preloadClients(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "clients-"));
  const path = join(folder, "socket");
  const server = spawn("/usr/bin/python3", [join(import.meta.dirname, "server.py"), path], {
    env: { PATH: process.env.PATH, LANG: "C.UTF-8" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const isReady = await Promise.race([
    once(createInterface(server.stdout), "line").then(() => true),
    once(server, "close").then(
      () => false,
      // There is no such Python.
      () => false,
    ),
  ]);
  // The processes of the tests begin later, and inherit it.
  if (isReady) process.env.PRELOADED_CLIENTS = path;
  return () => {
    server.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  };
}
