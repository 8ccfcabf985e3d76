import type { X509Certificate } from "node:crypto";
import {
  contentOf,
  type DerElement,
  derElements,
  derTags,
  MalformedDer,
  numberOf,
  sequenceOf,
} from "../der.ts";

/** What node:crypto does not tell of a certificate (RFC 5280, section 4.1), all of it read. */
export interface CertificateFields {
  /** Names as they are written, to be compared byte by byte. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly signatureAlgorithm: string;
  /** Bits of the key usage (section 4.2.1.3); undefined: the key may be used for everything. */
  readonly usage: Uint8Array | undefined;
  /** Purposes of the key (section 4.2.1.12); undefined: any. */
  readonly purposes: readonly string[] | undefined;
  readonly isAuthority: boolean;
  /** How many authorities may come between it and a signer's certificate. */
  readonly pathLength: number;
  /** A critical extension that we do not process; what it demands cannot be kept (section 4.2). */
  readonly unknownCritical: string | undefined;
}

/** Explicit derTags of the version and of the extensions in a certificate. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/** Longer than any identifier that is in use; without a bound one of 64 KiB would be computed for seconds. */
const LONGEST_IDENTIFIER = 64;

/** An object identifier in dots. */
function identifierOf(element: DerElement | undefined): string {
  const content = contentOf(element, derTags.objectIdentifier);
  if (content.length > LONGEST_IDENTIFIER || (content.at(-1) ?? 0x80) >= 0x80) throw new MalformedDer();
  const numbers: bigint[] = [];
  let number = 0n;
  for (const byte of content) {
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

type Extensions = ReadonlyMap<string, { readonly isCritical: boolean; readonly value: Uint8Array }>;

function extensionsOf(fields: readonly DerElement[]): Extensions {
  const element = fields.find(({ tag }) => tag === EXTENSIONS);
  const extensions = (element ? sequenceOf(element.content) : []).map((extension) => {
    const [id, ...rest] = derElements(contentOf(extension, derTags.sequence));
    const isCritical = rest[0]?.tag === derTags.boolean && rest[0].content[0] === 0xff;
    return [identifierOf(id), { isCritical, value: contentOf(rest.at(-1), derTags.octetString) }] as const;
  });
  const byId = new Map(extensions);
  // Each at most once (RFC 5280, section 4.2): of two, one reader would keep the first and another one the last.
  if (byId.size < extensions.length) throw new MalformedDer();
  return byId;
}

const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";

function usageOf(extensions: Extensions): Uint8Array | undefined {
  const extension = extensions.get(KEY_USAGE);
  if (!extension) return undefined;
  const [element] = derElements(extension.value);
  return contentOf(element, derTags.bitString).subarray(1);
}

function constraintsOf(extensions: Extensions): Pick<CertificateFields, "isAuthority" | "pathLength"> {
  const extension = extensions.get(BASIC_CONSTRAINTS);
  const members = extension ? sequenceOf(extension.value) : [];
  const isAuthority = members[0]?.tag === derTags.boolean && members[0].content[0] === 0xff;
  const length = members.find(({ tag }) => tag === derTags.integer);
  return { isAuthority, pathLength: length ? Number(numberOf(length)) : Number.POSITIVE_INFINITY };
}

/** Reads all that is judged later, so that what is malformed shows here only. Throws MalformedDer. */
export function certificateFieldsOf({ raw }: X509Certificate): CertificateFields {
  const [toBeSigned, algorithm] = sequenceOf(raw);
  const fields = derElements(contentOf(toBeSigned, derTags.sequence));
  const [, , issuer, , subject] = fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  const [signatureAlgorithm] = derElements(contentOf(algorithm, derTags.sequence));
  const extensions = extensionsOf(fields);
  const purposes = extensions.get(EXTENDED_KEY_USAGE);
  const unknownCritical = [...extensions].find(
    ([id, { isCritical }]) => isCritical && ![KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE].includes(id),
  );
  return {
    issuer: Buffer.from(contentOf(issuer, derTags.sequence)),
    subject: Buffer.from(contentOf(subject, derTags.sequence)),
    signatureAlgorithm: identifierOf(signatureAlgorithm),
    usage: usageOf(extensions),
    purposes: purposes && sequenceOf(purposes.value).map(identifierOf),
    ...constraintsOf(extensions),
    unknownCritical: unknownCritical?.[0],
  };
}

/** Places of the bits of a key usage (RFC 5280, section 4.2.1.3). */
const usageBits = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5 } as const;

/** Whether the key may be used so; a certificate that says nothing of usage allows everything. */
export function allowsUsage({ usage }: CertificateFields, wanted: keyof typeof usageBits): boolean {
  if (!usage) return true;
  const bit = usageBits[wanted];
  return (((usage[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
}
