/** One element of DER (ITU-T X.690). */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Bytes that are not the DER that was expected there. */
export class MalformedDer extends Error {
  constructor() {
    super("malformed DER");
  }
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const;

function lengthAt(bytes: Uint8Array, offset: number): { length: number; start: number } {
  const first = bytes[offset];
  if (first === undefined) throw new MalformedDer();
  if (first < 0x80) return { length: first, start: offset + 1 };
  // Longer than 16 MiB is nothing of ours; 0x80 is the indefinite form, which DER has not.
  const digits = first & 0x7f;
  if (digits === 0 || digits > 3 || offset + digits >= bytes.length) throw new MalformedDer();
  let length = 0;
  for (let index = 1; index <= digits; index++) length = length * 256 + (bytes[offset + index] as number);
  const isShortest = length >= 0x80 && (digits === 1 || length >= 256 ** (digits - 1));
  if (!isShortest) throw new MalformedDer();
  return { length, start: offset + 1 + digits };
}

/** The elements one after the other, to the last byte. Throws MalformedDer. */
export function derElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const { length, start } = lengthAt(bytes, offset + 1);
    if (start + length > bytes.length) throw new MalformedDer();
    elements.push({ tag: bytes[offset] as number, content: bytes.subarray(start, start + length) });
    offset = start + length;
  }
  return elements;
}

/** The content of an element that must be there and of this tag. */
export function contentOf(element: DerElement | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new MalformedDer();
  return element.content;
}

/** The one element that the bytes are, opened: what the sequence holds. */
export function sequenceOf(bytes: Uint8Array): DerElement[] {
  const [only, ...others] = derElements(bytes);
  if (others.length > 0) throw new MalformedDer();
  return derElements(contentOf(only, derTags.sequence));
}

/** A number from zero on, in as few bytes as can be. */
export function numberOf(element: DerElement | undefined): bigint {
  const content = contentOf(element, derTags.integer);
  const [first, second] = content;
  const isShortest = first !== 0 || second === undefined || second >= 0x80;
  if (first === undefined || first >= 0x80 || !isShortest) throw new MalformedDer();
  return BigInt(`0x${Buffer.from(content).toString("hex")}`);
}

/** The bytes of a bit string of whole bytes. */
export function bitStringBytes(element: DerElement | undefined): Uint8Array {
  const content = contentOf(element, derTags.bitString);
  if (content[0] !== 0) throw new MalformedDer();
  return content.subarray(1);
}
