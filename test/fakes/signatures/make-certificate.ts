import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";

const element = (tag: number, ...contents: Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  const { length } = content;
  const digits =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...digits]), content]);
};
const sequence = (...members: Uint8Array[]) => element(0x30, ...members);

function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...others] = text.split(".").map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((number) => {
    const groups = [number & 0x7f];
    for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return element(0x06, Buffer.from(bytes));
}

const name = (common: string) =>
  sequence(element(0x31, sequence(identifier("2.5.4.3"), element(0x0c, Buffer.from(common)))));
const time = (date: Date) =>
  element(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]|\.\d+/g, "")}`));
const bits = (places: readonly number[]) => {
  const value = places.reduce((sum, place) => sum | (0x80 >> place), 0);
  return element(0x03, Buffer.from([0, value]));
};
const TRUE = element(0x01, Buffer.from([0xff]));
const extension = (id: string, value: Uint8Array, critical = true) =>
  sequence(identifier(id), ...(critical ? [TRUE] : []), element(0x04, value));

/** ECDSA with these, by an authority's key on P-256. */
const algorithms = { sha256: "1.2.840.10045.4.3.2", sha1: "1.2.840.10045.4.1" } as const;

export const usages = { digitalSignature: 0, nonRepudiation: 1, keyEncipherment: 2, keyCertSign: 5 } as const;

export interface Issued {
  readonly subject: string;
  readonly pem: string;
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

export interface CertificateRequest {
  readonly subject?: string;
  /** Its own issuer when absent; that needs a key on P-256. */
  readonly issuer?: Issued;
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly from?: string;
  readonly to?: string;
  readonly usage?: readonly (keyof typeof usages)[];
  /** Undefined: no basic constraints. */
  readonly authority?: boolean | { readonly pathLength: number };
  readonly purposes?: readonly string[];
  /** An extension that nobody knows, critical. */
  readonly unknown?: string;
  /** Extensions by their ids, with these bytes for a value. */
  readonly raw?: readonly (readonly [id: string, value: Uint8Array])[];
  readonly hash?: keyof typeof algorithms;
}

const p256 = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });

/** A certificate as an authority makes it (RFC 5280, section 4.1), good from 2025 to 2035 unless said otherwise. */
export function makeCertificate({
  subject = `signer ${randomBytes(4).toString("hex")}`,
  issuer,
  keys = p256(),
  from = "2025-01-01T00:00:00Z",
  to = "2035-01-01T00:00:00Z",
  usage,
  authority,
  purposes,
  unknown,
  raw = [],
  hash = "sha256",
}: CertificateRequest = {}): Issued {
  const constraints =
    typeof authority === "object"
      ? sequence(TRUE, element(0x02, Buffer.from([authority.pathLength])))
      : sequence(...(authority ? [TRUE] : []));
  const extensions = [
    ...(authority === undefined ? [] : [extension("2.5.29.19", constraints)]),
    ...(usage ? [extension("2.5.29.15", bits(usage.map((one) => usages[one])))] : []),
    ...(purposes ? [extension("2.5.29.37", sequence(...purposes.map(identifier)), false)] : []),
    ...(unknown ? [extension(unknown, Buffer.from([0x05, 0x00]))] : []),
    ...raw.map(([id, value]) => extension(id, value)),
  ];
  const algorithm = sequence(identifier(algorithms[hash]));
  const serial = Buffer.concat([
    Buffer.from([1]),
    createHash("sha1").update(randomBytes(8)).digest().subarray(0, 8),
  ]);
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, serial),
    algorithm,
    name(issuer?.subject ?? subject),
    sequence(time(new Date(from)), time(new Date(to))),
    name(subject),
    keys.publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [element(0xa3, sequence(...extensions))]),
  );
  const signature = sign(hash, toBeSigned, issuer?.privateKey ?? keys.privateKey);
  const der = sequence(toBeSigned, algorithm, element(0x03, Buffer.from([0]), signature));
  const certificate = new X509Certificate(der);
  return { subject, pem: certificate.toString(), certificate, privateKey: keys.privateKey };
}

/** An authority that signs certificates. */
export const makeAuthority = (request: CertificateRequest = {}): Issued =>
  makeCertificate({ authority: true, usage: ["keyCertSign"], ...request });
