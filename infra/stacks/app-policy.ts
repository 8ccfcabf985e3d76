import { readFileSync } from "node:fs";
import { PolicyFileError } from "../../shared/policy/deployment/policy-file-error.ts";
import { type OperatorFile, readPolicy } from "../../shared/policy/deployment/read-policy.ts";
import type { PolicyParts } from "../../shared/policy/policy-parts.ts";
import type { SynthSettings } from "../../shared/settings.ts";
import { InvalidDeployment } from "./invalid-deployment.ts";

/** Larger than any policy, and small enough to be read without a thought. */
const MAX_BYTES = 1024 * 1024;

function operatorFile(
  option: "policy_file" | "property_protection_file",
  path: string,
): OperatorFile | undefined {
  if (path === "") return undefined;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InvalidDeployment(`${option}: ${path} ${reason}`, { cause });
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return refuse(`cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
  if (bytes.length > MAX_BYTES) return refuse(`is larger than ${MAX_BYTES} bytes`);
  return { name: path, text: bytes.toString("utf8") };
}

/**
 * The policy that the settings name, out of files relative to the working folder. Throws InvalidDeployment, one
 * line with file, line and reason.
 */
export function appPolicy(settings: SynthSettings): PolicyParts {
  const input = {
    policy: operatorFile("policy_file", settings.policy_file),
    protections: operatorFile("property_protection_file", settings.property_protection_file),
    protectionFormat: settings.property_protection_rule_format,
    newDefaults: settings.enforce_new_defaults,
  };
  try {
    return readPolicy(input);
  } catch (error) {
    if (error instanceof PolicyFileError) throw new InvalidDeployment(error.message, { cause: error });
    throw error;
  }
}
