import { secretsManager } from "../../shared/aws/secrets-manager.ts";
import { barbicanCertificates } from "../../shared/images/adapters/barbican/signing-certificates.ts";
import { packagedCertificates } from "../../shared/images/adapters/packaged/signing-certificates.ts";
import { secretCertificates } from "../../shared/images/adapters/secrets-manager/signing-certificates.ts";
import type { SigningCertificates } from "../../shared/images/ports/signing-certificates.ts";
import type { Settings } from "../../shared/settings.ts";
import {
  packagedSigners,
  trustedCertificates,
} from "../../shared/signatures/certificates/deployed-certificates.ts";
import { readTrusted } from "../../shared/signatures/certificates/read-certificates.ts";

let trusted: ReturnType<typeof readTrusted> | undefined;
const anchors = () => {
  trusted ??= readTrusted(trustedCertificates());
  return trusted;
};

/** Signers' certificates where the settings say they are; `login`: the caller's token, for where that decides. */
export function signingCertificates(settings: Settings, login: string | undefined): SigningCertificates {
  const { key_manager_backend: backend, barbican_endpoint: endpoint, keystone_timeout } = settings;
  if (backend === "secrets-manager")
    return { ...secretCertificates(secretsManager({ environment: process.env })), anchors };
  if (backend === "barbican")
    return { ...barbicanCertificates({ endpoint, timeoutSeconds: keystone_timeout, login }), anchors };
  return { ...packagedCertificates(packagedSigners), anchors };
}
