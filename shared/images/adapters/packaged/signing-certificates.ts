import type { SigningCertificates } from "../../ports/signing-certificates.ts";

/** Signers' certificates that were deployed with the functions. */
export const packagedCertificates = (
  files: () => ReadonlyMap<string, string>,
): Pick<SigningCertificates, "find"> => ({
  find: async (id) => {
    const text = files().get(id);
    return text === undefined ? undefined : Buffer.from(text);
  },
});
