import { sdkOn as clientOn } from "../../infra/local-aws/test/dynamodb/sdk-endpoint.ts";
import { documentsOn } from "../../shared/aws/document-client.ts";

/** The SDK's client on an emulator, and on it the document client that the service uses. */
export async function sdkOn(...emulator: Parameters<typeof clientOn>) {
  const { client } = await clientOn(...emulator);
  return { client, documents: documentsOn(client) };
}
