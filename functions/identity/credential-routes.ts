import { type ApiOperation, type ApiRequest, noContent } from "../../shared/http/api-request.ts";
import { parseCredentialRequest } from "../../shared/identity/domain/credential-request.ts";
import { type CredentialWiring, credentialOperations } from "../../shared/identity/operations/credentials.ts";
import { many, one } from "../../shared/identity/wire/answers.ts";
import { credentialDocument } from "../../shared/identity/wire/documents.ts";
import { callerOf, filterBy, idIn, jsonBody } from "../../shared/identity/wire/requests.ts";

const userId = (request: ApiRequest): string => idIn(request, "user_id");
const credentialId = (request: ApiRequest): string => idIn(request, "application_credential_id");

/** Application credentials. */
export function credentialRoutes(wiring: CredentialWiring) {
  const credentials = credentialOperations(wiring);
  return {
    createCredential: async (request) => {
      const wanted = parseCredentialRequest(jsonBody(request));
      const { credential, secret } = await credentials.create(callerOf(request), userId(request), wanted);
      return one(request, "application_credential", credentialDocument(credential, secret), 201);
    },
    listCredentials: async (request) => {
      const own = await credentials.list(callerOf(request), userId(request), filterBy(request, "name"));
      return many(
        request,
        "application_credentials",
        own.map((credential) => credentialDocument(credential)),
      );
    },
    showCredential: async (request) => {
      const credential = await credentials.show(callerOf(request), userId(request), credentialId(request));
      return one(request, "application_credential", credentialDocument(credential));
    },
    deleteCredential: async (request) => {
      await credentials.remove(callerOf(request), userId(request), credentialId(request));
      return noContent;
    },
  } satisfies Record<string, ApiOperation>;
}
