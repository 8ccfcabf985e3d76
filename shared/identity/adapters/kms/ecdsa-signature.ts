/** Length of r and of s for P-256. */
const SCALAR_BYTES = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

class MalformedSignature extends Error {
  constructor() {
    super("the ECDSA signature is not the DER form of two P-256 integers");
  }
}

/** The integer that starts at `offset` as 32 bytes, and where it ends. */
function scalarAt(der: Uint8Array, offset: number): { scalar: Uint8Array; end: number } {
  const length = der[offset + 1] ?? 0;
  const start = offset + 2;
  const end = start + length;
  const first = der[start] ?? 0;
  const padded = length > 1 && first === 0;
  // DER: positive (sign bit clear), in as few bytes as can be (a leading zero only before a set sign bit).
  const minimal = !padded || (der[start + 1] ?? 0) >= 0x80;
  const digits = padded ? length - 1 : length;
  const fits = length > 0 && digits <= SCALAR_BYTES && end <= der.length;
  if (der[offset] !== INTEGER || !fits || first >= 0x80 || !minimal) throw new MalformedSignature();
  const scalar = new Uint8Array(SCALAR_BYTES);
  scalar.set(der.subarray(end - digits, end), SCALAR_BYTES - digits);
  // Neither r nor s is ever zero; a signature with one would be no signature.
  if (scalar.every((byte) => byte === 0)) throw new MalformedSignature();
  return { scalar, end };
}

/**
 * An ECDSA signature from DER (as KMS gives it, ANSI X9.62) to JOSE's r || s (RFC 7518, 3.4), 64 bytes.
 * Throws on anything but strict DER: a wrong conversion would show only as a token that nobody accepts.
 */
export function joseFromDer(der: Uint8Array): Buffer {
  // Two integers of at most 33 bytes: the sequence's length is always in the short form.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw new MalformedSignature();
  const r = scalarAt(der, 2);
  const s = scalarAt(der, r.end);
  if (s.end !== der.length) throw new MalformedSignature();
  return Buffer.concat([r.scalar, s.scalar]);
}
