import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world.ts";

/** A whole token, or the signature of a presigned URL. */
const secret = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}|X-Amz-Signature=[0-9a-f]{64}/;
/** Lines in which a function says that it has failed, and not that it has refused. */
const failure = /"message":"failed"|"event":"failed"|uncaught|unhandled/i;

/** What the logs must not have: secrets, failures without a refusal, lines that are no JSON. */
export function logFaults({ runtime, attackers }: World): string[] {
  const faults: string[] = [];
  const tokens = attackers.map(({ client }) => client.token);
  const directory = join(runtime.home, "log");
  for (const name of readdirSync(directory).filter((each) => each.endsWith(".log"))) {
    for (const line of readFileSync(join(directory, name), "utf8").split("\n")) {
      if (line === "") continue;
      const isSecret = secret.test(line) || tokens.some((token) => line.includes(token));
      if (isSecret) faults.push(`${name} has a secret: ${line.slice(0, 100)}`);
      if (failure.test(line)) faults.push(`${name}: ${line.slice(0, 1500)}`);
      try {
        JSON.parse(line);
      } catch {
        faults.push(`${name} has a line that is no JSON: ${line.slice(0, 300)}`);
      }
    }
  }
  return faults.slice(0, 20);
}
