import { type Secrets, SecretUnread } from "../../../aws/secrets.ts";
import type { SigningCertificates } from "../../ports/signing-certificates.ts";

/** What names of signers' certificates begin with, for an operator who puts them there; nothing else is read there. */
export const CERTIFICATE_SECRETS = "glance-signing-certificates/";

/** Of a name that no secret has, IAM may say that it is not ours to read: it has no ARN to judge by. */
const absent = ["ResourceNotFoundException", "AccessDeniedException"];

/** Signers' certificates in AWS Secrets Manager, each in PEM as the text of a secret. */
export const secretCertificates = (secrets: Secrets): Pick<SigningCertificates, "find"> => ({
  find: async (id) => {
    try {
      return Buffer.from(await secrets.read(`${CERTIFICATE_SECRETS}${id}`));
    } catch (error) {
      if (error instanceof SecretUnread && absent.includes(error.failure)) return undefined;
      throw error;
    }
  },
});
