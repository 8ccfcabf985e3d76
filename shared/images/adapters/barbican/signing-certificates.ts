import { type BoundedAnswer, fetchBounded } from "../../../aws/fetch-bounded.ts";
import { BadRequest } from "../../../errors.ts";
import { isJsonObject } from "../../../json-object.ts";
import { ownValue } from "../../../own-value.ts";
import type { SigningCertificates } from "../../ports/signing-certificates.ts";

export interface BarbicanOptions {
  readonly endpoint: string;
  readonly timeoutSeconds: number;
  /** The caller's token: who may read a certificate is Barbican's to say. */
  readonly login: string | undefined;
}

const member = (value: unknown, name: string): unknown =>
  isJsonObject(value) ? ownValue(value, name) : undefined;

/** Barbican tells what is not there and what the caller may not read apart; nobody here is told which it was. */
const isAbsent = ({ status }: BoundedAnswer): boolean => [401, 403, 404].includes(status);

/**
 * Certificates in Barbican's secrets of the type `certificate`, as castellan reads them for Glance (Barbican API v1,
 * "Get Secret Metadata" and "Get Secret Payload"). The host is the operator's, redirects are not followed, and an id is
 * one segment of the path: the token goes nowhere else.
 */
export const barbicanCertificates = ({
  endpoint,
  timeoutSeconds,
  login,
}: BarbicanOptions): Pick<SigningCertificates, "find" | "byLogin"> => ({
  byLogin: { hasLogin: login !== undefined },
  find: async (id) => {
    if (login === undefined)
      throw new BadRequest(
        "The signer's certificate is read with your login: send X-Auth-Token with this request.",
      );
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const ask = async (path: string, accept: string): Promise<BoundedAnswer | undefined> => {
      const url = `${endpoint.replace(/\/v1$/, "")}/v1/secrets/${encodeURIComponent(id)}${path}`;
      const answer = await fetchBounded(url, {
        headers: { Accept: accept, "X-Auth-Token": login },
        signal,
      });
      if (isAbsent(answer)) return undefined;
      if (answer.status !== 200) throw new Error(`Barbican answered ${answer.status}`);
      return answer;
    };
    const described = await ask("", "application/json");
    if (!described) return undefined;
    const description: unknown = JSON.parse(described.text);
    // Whatever else is kept there, private keys among it, is no certificate to verify by.
    if (member(description, "secret_type") !== "certificate") return undefined;
    const type = member(member(description, "content_types"), "default");
    return (await ask("/payload", typeof type === "string" ? type : "*/*"))?.bytes;
  },
});
