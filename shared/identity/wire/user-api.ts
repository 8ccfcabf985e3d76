import { type ApiOperation, type ApiRequest, noContent } from "../../http/api-request.ts";
import { type UserWiring, userOperations } from "../operations/users.ts";
import { many, one } from "./answers.ts";
import { userDocument } from "./documents.ts";
import { callerOf, filterBy, idIn, jsonBody } from "./requests.ts";
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
      const { entries, truncated } = await users.list(callerOf(request), filterBy(request, "name"));
      return many(request, "users", entries.map(userDocument), truncated);
    },
    showUser: async (request) =>
      one(request, "user", userDocument(await users.show(callerOf(request), userId(request)))),
    createUser: async (request) => {
      const user = await users.create(callerOf(request), parseNewUser(jsonBody(request)));
      return one(request, "user", userDocument(user), 201);
    },
    updateUser: async (request) => {
      const update = parseUserUpdate(jsonBody(request));
      return one(
        request,
        "user",
        userDocument(await users.update(callerOf(request), userId(request), update)),
      );
    },
    deleteUser: async (request) => {
      await users.remove(callerOf(request), userId(request));
      return noContent;
    },
    changePassword: async (request) => {
      const change = parsePasswordChange(jsonBody(request));
      await users.changePassword(userId(request), change, wiring.addressOf(request));
      return noContent;
    },
  } satisfies Record<string, ApiOperation>;
}
