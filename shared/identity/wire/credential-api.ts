import { type ApiOperation, type ApiRequest, noContent } from "../../http/api-request.ts";
import { type CredentialWiring, credentialOperations } from "../operations/credentials.ts";
import { many, one } from "./answers.ts";
import { parseCredentialRequest } from "./credential-request.ts";
import { credentialDocument } from "./documents.ts";
import { filterBy, identityBody, idIn, knownCallerOf } from "./requests.ts";

const userId = (request: ApiRequest): string => idIn(request, "user_id");
const credentialId = (request: ApiRequest): string => idIn(request, "application_credential_id");

/** Application credentials. */
export function credentialApi(wiring: CredentialWiring) {
  const credentials = credentialOperations(wiring);
  return {
    createCredential: async (request) => {
      const wanted = parseCredentialRequest(identityBody(request));
      const { credential, secret } = await credentials.create(
        knownCallerOf(request),
        userId(request),
        wanted,
      );
      return one(request, "application_credential", credentialDocument(credential, secret), 201);
    },
    listCredentials: async (request) => {
      const own = await credentials.list(knownCallerOf(request), userId(request), filterBy(request, "name"));
      return many(
        request,
        "application_credentials",
        own.map((credential) => credentialDocument(credential)),
      );
    },
    showCredential: async (request) => {
      const credential = await credentials.show(
        knownCallerOf(request),
        userId(request),
        credentialId(request),
      );
      return one(request, "application_credential", credentialDocument(credential));
    },
    deleteCredential: async (request) => {
      await credentials.remove(knownCallerOf(request), userId(request), credentialId(request));
      return noContent;
    },
  } satisfies Record<string, ApiOperation>;
}
