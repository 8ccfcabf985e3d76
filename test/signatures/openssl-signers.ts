import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  digestNameOf,
  type HashMethod,
  keyTypes,
  type SignatureKeyType,
} from "../../shared/signatures/signature-algorithms.ts";

/** A key and its certificate, as somebody makes them who has openssl. */
export interface Signer {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** An authority and signers in a folder, all made by openssl. */
export function opensslSigners(folder: string) {
  const openssl = (...words: string[]) =>
    execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const at = (name: string) => join(folder, name);
  const curve = (name: string) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${name}`];

  openssl("genpkey", ...curve("prime256v1"), "-out", "authority.key");
  openssl(
    ...["req", "-x509", "-new", "-key", "authority.key", "-sha256", "-days", "30", "-subj", "/CN=authority"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", "authority.pem"],
  );

  const makeKey = (keyType: SignatureKeyType, file: string) => {
    const kind = keyTypes.get(keyType);
    if (keyType === "RSA-PSS") openssl("genpkey", "-algorithm", "RSA", "-out", file);
    else if (keyType === "DSA") {
      const bits = ["-pkeyopt", "dsa_paramgen_bits:2048", "-pkeyopt", "dsa_paramgen_q_bits:256"];
      openssl("genpkey", "-genparam", "-algorithm", "DSA", ...bits, "-out", "dsa.parameters");
      openssl("genpkey", "-paramfile", "dsa.parameters", "-out", file);
    } else if (kind && "curve" in kind) openssl("genpkey", ...curve(kind.curve), "-out", file);
  };

  return {
    authorityFile: at("authority.pem"),
    /** `usage` as openssl names it, `days` from now. */
    signer: (
      keyType: SignatureKeyType,
      { name = keyType.toLowerCase(), usage = "digitalSignature", days = 10, selfSigned = false } = {},
    ): Signer => {
      const [key, request, certificate] = [`${name}.key`, `${name}.csr`, `${name}.pem`];
      makeKey(keyType, key);
      openssl("req", "-new", "-key", key, "-subj", `/CN=${name}`, "-out", request);
      writeFileSync(at(`${name}.ext`), `keyUsage=critical,${usage}\n`);
      const authority = selfSigned
        ? ["-signkey", key]
        : ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"];
      const words = ["-sha256", "-days", String(days), "-extfile", `${name}.ext`, "-out", certificate];
      openssl("x509", "-req", "-in", request, ...authority, ...words);
      return { keyFile: at(key), certificateFile: at(certificate) };
    },
    /** Base64, as a person puts it into img_signature. */
    sign: ({ keyFile }: Signer, keyType: SignatureKeyType, method: HashMethod, file: string): string => {
      const pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:max"];
      const words = [`-${digestNameOf(method)}`, "-sign", keyFile, ...(keyType === "RSA-PSS" ? pss : [])];
      return openssl("dgst", ...words, file).toString("base64");
    },
  };
}
