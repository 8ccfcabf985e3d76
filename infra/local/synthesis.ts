import { spawn } from "node:child_process";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { StartFailure } from "./start-failure.ts";
import { synthEnvironment } from "./start-options.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Synthesises the CDK app into `assembly`, with the settings of `environment`. It is written beside it and takes its
 * place only when whole. Throws StartFailure with the app's last words when it fails.
 */
export async function synthesise(
  assembly: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const [home, name] = [dirname(assembly), basename(assembly)];
  // What a killed start left behind.
  const leftovers = (await readdir(home)).filter((entry) => entry.startsWith(`${name}.`));
  for (const leftover of leftovers) await rm(join(home, leftover), { recursive: true, force: true });

  const fresh = await mkdtemp(`${assembly}.`);
  const output = await runApp(fresh, environment, signal);
  if (output !== undefined) throw new StartFailure(`the CDK app could not be synthesised: ${output}`);
  await rm(assembly, { recursive: true, force: true });
  await rename(fresh, assembly);
}

/** What the app printed when it failed; undefined when all went well. */
function runApp(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const app = spawn(process.execPath, [join(root, "infra/app.ts")], {
      cwd: root,
      env: { ...synthEnvironment(environment), CDK_OUTDIR: directory, CDK_NAG: "off" },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    const output: Buffer[] = [];
    app.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    app.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    app.once("error", reject);
    app.once("close", (code) => resolve(code === 0 ? undefined : Buffer.concat(output).toString().trim()));
  });
}
