import { join } from "node:path";
import { openKms } from "../../emulators/kms/open-kms.ts";
import { openSecretsManager, putSecret } from "../../emulators/secrets-manager/open-secrets-manager.ts";
import { createPrincipals } from "../../iam/principals.ts";
import type { ServiceUnderCut } from "./service-under-cut.ts";

const key = { id: "token-key", arn: "arn:aws:kms:us-east-1:000000000000:key/token-key" };
const secret = {
  logicalId: "Login",
  arn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:k-abcdef",
};
const role = { name: "data", arn: "arn:aws:iam::000000000000:role/data", statements: [] };
const none = "none";

const openAll = async (directory: string) => {
  const kms = await openKms({ directory: join(directory, "keys"), keys: [key] });
  const secrets = openSecretsManager({ directory: join(directory, "keys"), secrets: [secret] });
  return {
    publicKey: async () => String((await kms.handle("GetPublicKey", { KeyId: key.id })).PublicKey),
    accessKey: async () => {
      const [principal] = await createPrincipals([role], join(directory, "keys", "principals.json"));
      return principal?.accessKeyId ?? none;
    },
    secret: () =>
      secrets.handle("GetSecretValue", { SecretId: secret.arn }).then(
        ({ SecretString }) => String(SecretString),
        (error: { code?: string; name: string }) =>
          `${error.code}${error.name}`.includes("ResourceNotFound") ? none : Promise.reject(error),
      ),
    close: async () => {
      await kms.close();
      await secrets.close();
    },
  };
};

/** Keys and secrets: once somebody was given one, it stays. */
export const keysUnderCut: ServiceUnderCut = {
  work: async (directory, timeline) => {
    for (const subject of ["public key", "access key"]) timeline.begin(subject, undefined);
    timeline.begin("secret", [none]);
    const all = await timeline.act(
      "public key",
      () => openAll(directory),
      async (opened) => [await opened.publicKey()],
    );
    await timeline.act("access key", all.accessKey, (id) => [id]);
    for (const text of ["first", "second"])
      await timeline.act(
        "secret",
        () => putSecret(join(directory, "keys"), secret, text),
        () => [text],
      );
    await all.close();
  },
  open: async (directory) => {
    const all = await openAll(directory);
    return {
      look: async () =>
        new Map([
          ["public key", await all.publicKey()],
          ["access key", await all.accessKey()],
          ["secret", await all.secret()],
        ]),
      use: () => putSecret(join(directory, "keys"), { ...secret, logicalId: "Other" }, "after"),
      close: all.close,
    };
  },
};
