import type { X509Certificate } from "node:crypto";
import { contentOf, type DerElement, derElements, derTags, numberOf, sequenceOf } from "../der.ts";

/** What node:crypto does not tell of a certificate (RFC 5280, section 4.1). */
export interface CertificateFields {
  /** Names as they are written, to be compared byte by byte. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly signatureAlgorithm: string;
  readonly extensions: ReadonlyMap<string, { readonly isCritical: boolean; readonly value: Uint8Array }>;
}

/** Explicit derTags of the version and of the extensions in a certificate. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/** An object identifier in dots. */
function identifierOf(element: DerElement | undefined): string {
  const numbers: bigint[] = [];
  let number = 0n;
  for (const byte of contentOf(element, derTags.objectIdentifier)) {
    number = (number << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0n;
    }
  }
  const [both = 0n, ...others] = numbers;
  const first = both < 80n ? both / 40n : 2n;
  return [first, both - first * 40n, ...others].join(".");
}

function extensionsOf(fields: readonly DerElement[]): CertificateFields["extensions"] {
  const element = fields.find(({ tag }) => tag === EXTENSIONS);
  if (!element) return new Map();
  return new Map(
    sequenceOf(element.content).map((extension) => {
      const [id, ...rest] = derElements(contentOf(extension, derTags.sequence));
      const isCritical = rest[0]?.tag === derTags.boolean && rest[0].content[0] === 0xff;
      return [identifierOf(id), { isCritical, value: contentOf(rest.at(-1), derTags.octetString) }] as const;
    }),
  );
}

/** Throws MalformedDer. */
export function certificateFieldsOf({ raw }: X509Certificate): CertificateFields {
  const [toBeSigned, algorithm] = sequenceOf(raw);
  const fields = derElements(contentOf(toBeSigned, derTags.sequence));
  const [, , issuer, , subject] = fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  const [signatureAlgorithm] = derElements(contentOf(algorithm, derTags.sequence));
  return {
    issuer: Buffer.from(contentOf(issuer, derTags.sequence)),
    subject: Buffer.from(contentOf(subject, derTags.sequence)),
    signatureAlgorithm: identifierOf(signatureAlgorithm),
    extensions: extensionsOf(fields),
  };
}

const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";

/** Bits of the key usage (RFC 5280, section 4.2.1.3). */
const usageBits = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5 } as const;

/** Whether the key may be used so; a certificate that says nothing of usage allows everything. */
export function allowsUsage({ extensions }: CertificateFields, usage: keyof typeof usageBits): boolean {
  const extension = extensions.get(KEY_USAGE);
  if (!extension) return true;
  const [element] = derElements(extension.value);
  const [, ...bytes] = contentOf(element, derTags.bitString);
  const bit = usageBits[usage];
  return (((bytes[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
}

/** Purposes of the key; undefined: any. */
export function purposesOf({ extensions }: CertificateFields): readonly string[] | undefined {
  const extension = extensions.get(EXTENDED_KEY_USAGE);
  return extension && sequenceOf(extension.value).map(identifierOf);
}

/** Whether it is an authority's, and how many authorities may come between it and a signer's certificate. */
export function authorityOf({ extensions }: CertificateFields): { isAuthority: boolean; pathLength: number } {
  const extension = extensions.get(BASIC_CONSTRAINTS);
  const members = extension ? sequenceOf(extension.value) : [];
  const isAuthority = members[0]?.tag === derTags.boolean && members[0].content[0] === 0xff;
  const length = members.find(({ tag }) => tag === derTags.integer);
  return { isAuthority, pathLength: length ? Number(numberOf(length)) : Number.POSITIVE_INFINITY };
}

/** A critical extension that we do not process; what it demands cannot be kept (RFC 5280, section 4.2). */
export const unknownCritical = ({ extensions }: CertificateFields): string | undefined =>
  [...extensions].find(
    ([id, { isCritical }]) => isCritical && ![KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE].includes(id),
  )?.[0];
