import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFull } from "../local-aws/full-disk.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import { roomAdvice } from "./advice.ts";
import { appEnvironment, assemblyKey } from "./assembly-key.ts";
import { keptFolders } from "./kept-folders.ts";
import { synthEnvironment } from "./start-options.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Synthesises the CDK app into `assembly`, with the settings of `environment`. It is written beside it and takes its
 * place only when whole. When nothing that it depends on has changed, an earlier one is copied. Throws StartFailure with the app's last words when it fails. On a full disk the assembly of
 * the last start has to do, so that images can be deleted there; the terminal is told.
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

  const fresh = await mkdtemp(`${assembly}.`).catch((error: unknown) => {
    if (!isFull(error)) throw error;
    return undefined;
  });
  try {
    const output = fresh === undefined ? "ENOSPC" : await makeAssembly(fresh, environment, signal);
    if (fresh !== undefined && output === undefined) {
      await rm(assembly, { recursive: true, force: true });
      await rename(fresh, assembly);
    } else if (
      /ENOSPC|EDQUOT|no space left/i.test(output ?? "") &&
      existsSync(join(assembly, "manifest.json"))
    ) {
      process.stderr.write(
        `The disk is full at ${home}: started as the last time, with its settings. Images can be read and deleted. ` +
          `Free some space there. ${roomAdvice}, then start again.\n`,
      );
    } else if (/ENOSPC|EDQUOT|no space left/i.test(output ?? "")) {
      throw new StartFailure(`the disk is full at ${home}: free at least 50 MB there, and start again`);
    } else {
      throw new StartFailure(`the CDK app could not be synthesised: ${output}`);
    }
  } finally {
    if (fresh !== undefined) await rm(fresh, { recursive: true, force: true });
  }
}

const kept = keptFolders(join(root, "node_modules/.cache/glance/assemblies"));

/** What went wrong, in words; undefined when all went well. */
async function makeAssembly(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const given = synthEnvironment(environment);
  const key = assemblyKey(root, given);
  try {
    if (key !== undefined && (await kept.copyTo(directory, key)) !== undefined) return undefined;
  } catch (error) {
    return String(error);
  }
  const list = `${directory}.packages`;
  try {
    const output = await runApp(
      directory,
      { ...appEnvironment(given), KEPT_BUNDLES: "on", BUNDLE_PACKAGES: list },
      signal,
    );
    if (output !== undefined || key === undefined) return output;
    const packageFiles = JSON.parse(await readFile(list, "utf8"));
    // A source that was written meanwhile: nobody knows which of its contents went in.
    if (assemblyKey(root, given) === key) await kept.keep(directory, key, packageFiles);
    return undefined;
  } finally {
    await rm(list, { force: true });
  }
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
      env: { ...environment, CDK_OUTDIR: directory, CDK_NAG: "off" },
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
