/*
 * The certificates that the functions carry. These are none; in the functions' bundles this module is replaced by one
 * that holds the operator's files (infra/bundle.ts), with the same exports.
 */

/** Certificates of signers by their ids, PEM. */
export const packagedSigners = (): ReadonlyMap<string, string> => new Map();

/** Certificates that signers' must lead to, PEM one after the other. */
export const trustedCertificates = (): string => "";
