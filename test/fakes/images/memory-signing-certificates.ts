import { X509Certificate } from "node:crypto";
import type { SigningCertificates } from "../../../shared/images/ports/signing-certificates.ts";

/** Signers' certificates in memory, with those that are trusted. */
export function memorySigningCertificates() {
  const byId = new Map<string, Uint8Array>();
  const trusted: X509Certificate[] = [];
  let isAway = false;
  const certificates: SigningCertificates = {
    find: async (id) => {
      if (isAway) throw new Error("the key manager is away");
      return byId.get(id);
    },
    anchors: () => trusted,
  };
  return {
    certificates,
    put: (id: string, pem: string | Uint8Array) => byId.set(id, Buffer.from(pem)),
    remove: (id: string) => byId.delete(id),
    trust: (pem: string) => trusted.push(new X509Certificate(pem)),
    leave: (away: boolean) => {
      isAway = away;
    },
  };
}
