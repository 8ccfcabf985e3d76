import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeService } from "./fake-service.ts";

const main = join(import.meta.dirname, "../../client/ingress/main.ts");

/** The ingress as a process of its own in front of a fake service, with a state directory. */
export class ProgramRig {
  readonly service = new FakeService();
  state = "";
  readonly #children: ChildProcess[] = [];

  async start(): Promise<this> {
    await this.service.start();
    this.state = await mkdtemp(join(tmpdir(), "ingress-"));
    return this;
  }

  /** Kills what still runs and removes the state. */
  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await this.service.stop();
    await rm(this.state, { recursive: true });
  }

  run(args: string[], ipc = false) {
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
    });
    this.#children.push(child);
    const output = { stdout: "", stderr: "" };
    child.stdout?.on("data", (text) => {
      output.stdout += text;
    });
    child.stderr?.on("data", (text) => {
      output.stderr += text;
    });
    /** Resolves when the program has printed `text`. */
    const printed = async (text: string) => {
      while (!output.stdout.includes(text)) await once(child.stdout ?? child, "data");
    };
    return { child, output, printed, exited: once(child, "exit") };
  }

  /** Runs it in front of the fake service and waits until it listens. */
  async runIngress(ipc = false, more: readonly string[] = []) {
    const args = ["--endpoint", this.service.endpoint, "--listen", "0", "--journal", this.state, ...more];
    const program = this.run(args, ipc);
    await program.printed("listening");
    return { ...program, url: /listening on (\S+)/.exec(program.output.stdout)?.[1] ?? "" };
  }
}
