import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbUserEpochs } from "../../shared/adapters/dynamodb/identity-epochs.ts";
import { revocableLogins } from "../../shared/adapters/jwt/revocable-logins.ts";
import { environment } from "../../shared/environment.ts";
import { systemClock as clock } from "../../shared/ports/clock.ts";
import type { Logins } from "../../shared/ports/logins.ts";
import type { Settings } from "../../shared/settings.ts";

/** What tells of logins that were revoked; of another service's nobody tells, and they name no epoch. */
export const logins = ({ token_cache_time }: Settings): Logins =>
  revocableLogins({
    epochs: dynamodbUserEpochs({ client: documentClient(), tableName: environment("tableName") }),
    cacheSeconds: token_cache_time,
    clock,
  });
