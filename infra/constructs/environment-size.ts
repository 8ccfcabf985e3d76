import { Tokenization } from "aws-cdk-lib";
import { InvalidDeployment } from "../stacks/invalid-deployment.ts";

/** Lambda quotas. What counts is the JSON text of all variables: the error message of Lambda shows what it "measured". */
const MOST_BYTES = 4096;
/**
 * The longest that a reference stands for, which is known when it is deployed: a queue's URL, 54 bytes with a region's
 * name, and 80 of the queue's. ARNs of secrets and roles are shorter, and so are the names of buckets and tables.
 */
const REFERENCE_BYTES = 140;

const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Of a value as Lambda measures it, at most. */
function valueBytes(value: string): number {
  const references = Tokenization.reverseString(value).tokens.length;
  const written = value.replace(/\$\{Token\[[^\]]*\]\}/g, "");
  return bytesOf(written) + references * REFERENCE_BYTES;
}

/**
 * Throws InvalidDeployment, which names the longest setting, when Lambda could refuse the environment of a function for
 * its size: that would show when half of a deployment is done.
 */
export function assertEnvironmentFits(
  functionName: string,
  environment: Readonly<Record<string, string>>,
): void {
  // With the colon and the comma of each.
  const sizes = Object.entries(environment).map(
    ([name, value]) => [name, bytesOf(name) + valueBytes(value) + 2] as const,
  );
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 1);
  if (bytes <= MOST_BYTES) return;
  const settings = sizes.filter(([name]) => name.startsWith("GLANCE_"));
  const [longest] = settings.toSorted(([, one], [, other]) => other - one);
  throw new InvalidDeployment(
    `settings that differ from their defaults are told to each function, and the environment of ${functionName} would have ` +
      `up to ${bytes} bytes, more than the ${MOST_BYTES} that Lambda takes: shorten them` +
      (longest ? `, ${longest[0]} first (${longest[1]} bytes)` : ""),
  );
}
