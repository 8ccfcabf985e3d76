import { randomBytes } from "node:crypto";
import { ownValue } from "../own-value.ts";
import { readIfThere } from "../read-if-there.ts";
import { keepFile } from "../replace-file.ts";
import { StartFailure } from "../start-failure.ts";
import type { Principal, Statement } from "./principal.ts";

/** Who gets an access key, and what his role allows. */
export interface PrincipalRequest {
  readonly name: string;
  /** ARN of the role. */
  readonly arn: string;
  readonly statements: readonly Statement[];
}

type Keys = Pick<Principal, "accessKeyId" | "secretAccessKey"> & { readonly sessionToken: string };

/**
 * One principal a request, with temporary credentials as Lambda gives them. The keys are kept in `file` (0600),
 * because URLs that were presigned before a restart must stay valid. Throws StartFailure when the file is broken.
 */
export async function createPrincipals(
  requests: readonly PrincipalRequest[],
  file: string,
): Promise<readonly Principal[]> {
  const stored = await readKeys(file);
  const principals = requests.map((request) => ({
    ...(ownValue(stored, request.name) ?? newKeys()),
    ...request,
  }));
  const keys = Object.fromEntries(
    principals.map(({ name, accessKeyId, secretAccessKey, sessionToken }): [string, Keys] => [
      name,
      { accessKeyId, secretAccessKey, sessionToken },
    ]),
  );
  // Keys of functions that are gone stay: they are nobody's, and the function may come back.
  if (requests.some(({ name }) => !Object.hasOwn(stored, name))) {
    await keepFile(file, `${JSON.stringify({ ...stored, ...keys }, null, 2)}\n`);
  }
  return principals;
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const newKeys = (): Keys => ({
  accessKeyId: `ASIA${[...randomBytes(16)].map((byte) => base32[byte % 32]).join("")}`,
  secretAccessKey: randomBytes(30).toString("base64"),
  sessionToken: randomBytes(48).toString("base64url"),
});

async function readKeys(file: string): Promise<Readonly<Record<string, Keys>>> {
  const text = readIfThere(file);
  if (text === undefined) return {};
  try {
    const keys = JSON.parse(text) as Record<string, Partial<Keys>>;
    const whole = Object.values(keys).every(
      (key) => key.accessKeyId && key.secretAccessKey && key.sessionToken,
    );
    if (whole) return keys as Record<string, Keys>;
  } catch {
    // Told below, with the file's name.
  }
  throw new StartFailure(
    `${file} is broken: restore it, or delete it (URLs presigned so far then become invalid)`,
  );
}
