import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Settings, SynthSettings } from "../../shared/settings.ts";
import { readCertificates, readTrusted } from "../../shared/signatures/certificates/read-certificates.ts";
import { certificateBytes, type DeployedCertificates } from "../bundling/deployed-certificates.ts";
import { InvalidDeployment } from "./invalid-deployment.ts";

/** They are in the bundles of functions, whose code has 500 kB. */
const MAX_BYTES = 100_000;

function textOf(option: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InvalidDeployment(`${option}: ${path} cannot be read (${code})`, { cause });
  }
}

function check(option: string, path: string, read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    throw new InvalidDeployment(`${option}: ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** The files of a folder of signers' certificates. */
export function certificateFiles(folder: string): string[] {
  if (folder === "") return [];
  try {
    const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
    return names.sort().map((name) => join(folder, name));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InvalidDeployment(`signing_certificates_folder: ${folder} cannot be read (${code})`, { cause });
  }
}

/**
 * The certificates that the settings name, out of files relative to the working folder. Throws InvalidDeployment, one
 * line that says which file.
 */
export function appCertificates(settings: Settings & SynthSettings): DeployedCertificates {
  const { signing_certificates_folder: folder, trusted_certificates_file: file } = settings;
  const trusted = file === "" ? "" : textOf("trusted_certificates_file", file);
  if (file !== "") {
    check("trusted_certificates_file", file, () => {
      if (readTrusted(trusted).length === 0) throw new Error("it holds no certificate");
    });
  }
  const signing = new Map<string, string>();
  for (const path of certificateFiles(folder)) {
    const [, id] = /^([A-Za-z0-9][\w-]{0,127})\.pem$/.exec(basename(path)) ?? [];
    if (id === undefined)
      throw new InvalidDeployment(
        `signing_certificates_folder: ${path}: expected ID.pem, the id in letters, digits, _ and -`,
      );
    const text = textOf("signing_certificates_folder", path);
    check("signing_certificates_folder", path, () => readCertificates(Buffer.from(text)));
    signing.set(id, text);
  }
  const bytes = certificateBytes({ signing, trusted });
  if (bytes > MAX_BYTES)
    throw new InvalidDeployment(
      `signing_certificates_folder and trusted_certificates_file have ${bytes} bytes, more than the ${MAX_BYTES} that ` +
        "functions carry: keep signers' certificates in Secrets Manager or Barbican (key_manager_backend)",
    );
  return { signing, trusted };
}
