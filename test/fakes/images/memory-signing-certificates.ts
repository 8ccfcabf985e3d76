import { X509Certificate } from "node:crypto";
import type { SigningCertificates } from "../../../shared/images/ports/signing-certificates.ts";

/** Signers' certificates in memory, with those that are trusted. */
export function memorySigningCertificates() {
  const byId = new Map<string, Uint8Array>();
  const trusted: X509Certificate[] = [];
  let isAway = false;
  let hasLogin: boolean | undefined;
  const certificates: SigningCertificates = {
    find: async (id) => {
      if (isAway) throw new Error("the key manager is away");
      if (hasLogin === false) throw new Error("asked without a login");
      return byId.get(id);
    },
    get byLogin() {
      return hasLogin === undefined ? undefined : { hasLogin };
    },
    anchors: () => trusted,
  };
  return {
    certificates,
    put: (id: string, pem: string | Uint8Array) => byId.set(id, Buffer.from(pem)),
    remove: (id: string) => byId.delete(id),
    /** From now on callers find what they may read by their logins; whether this one has one. */
    askByLogin: (has: boolean) => {
      hasLogin = has;
    },
    trust: (pem: string) => trusted.push(new X509Certificate(pem)),
    distrust: () => trusted.splice(0),
    leave: (away: boolean) => {
      isAway = away;
    },
  };
}
