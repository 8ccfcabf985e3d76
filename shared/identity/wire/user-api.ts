import { type ApiOperation, type ApiRequest, noContent } from "../../http/api-request.ts";
import { type UserWiring, userOperations } from "../operations/users.ts";
import { many, one } from "./answers.ts";
import { userDocument } from "./documents.ts";
import { filterBy, identityBody, idIn, knownCallerOf } from "./requests.ts";
import { parseNewUser, parsePasswordChange, parseUserUpdate } from "./user-request.ts";

export interface UserApiWiring extends UserWiring {
  readonly addressOf: (request: ApiRequest) => string;
}

const userId = (request: ApiRequest): string => idIn(request, "user_id");

/** Users and their passwords. */
export function userApi(wiring: UserApiWiring) {
  const users = userOperations(wiring);
  return {
    listUsers: async (request) => {
      const { entries, truncated } = await users.list(knownCallerOf(request), filterBy(request, "name"));
      return many(request, "users", entries.map(userDocument), truncated);
    },
    showUser: async (request) =>
      one(request, "user", userDocument(await users.show(knownCallerOf(request), userId(request)))),
    createUser: async (request) => {
      const user = await users.create(knownCallerOf(request), parseNewUser(identityBody(request)));
      return one(request, "user", userDocument(user), 201);
    },
    updateUser: async (request) => {
      const update = parseUserUpdate(identityBody(request));
      return one(
        request,
        "user",
        userDocument(await users.update(knownCallerOf(request), userId(request), update)),
      );
    },
    deleteUser: async (request) => {
      await users.remove(knownCallerOf(request), userId(request));
      return noContent;
    },
    changePassword: async (request) => {
      const change = parsePasswordChange(identityBody(request));
      await users.changePassword(userId(request), change, wiring.addressOf(request));
      return noContent;
    },
  } satisfies Record<string, ApiOperation>;
}
