import type { OperationName } from "../../../shared/routes.ts";
import { type AnswerDescription, type Description, emptyAnswer, json, schemaRef } from "../description.ts";
import { filter, IDENTITY_TEXTS, linksOf } from "./texts.ts";

const example = {
  id: "a1b2",
  name: "joe",
  domain_id: "default",
  enabled: true,
  email: "joe@example.org",
  password_expires_at: null,
  options: {},
  links: { self: "http://127.0.0.1:9292/v3/users/a1b2" },
};
const user = (description: string): AnswerDescription => ({
  description,
  content: json(schemaRef("UserAnswer"), { user: example }),
});

const { admins, selfOrAdmins, body, large } = IDENTITY_TEXTS;
const elsewhere = "The caller is no admin, or another service keeps the passwords";
const noUser = "There is no such user";
const taken = "Another user has this name, or others changed the user at the same time";

/** Users and their passwords. */
export const identityUsers = {
  listUsers: {
    tag: "users",
    details: "By name, at most 1,000.",
    parameters: [filter("name", "Only the user of this name.")],
    answers: {
      200: {
        description: "The users",
        content: json(schemaRef("Users"), { users: [example], links: linksOf("users") }),
      },
    },
    errors: { 400: IDENTITY_TEXTS.filter, 403: admins },
  },
  createUser: {
    tag: "users",
    details: "Without roles: give it some in a project.",
    body: {
      required: true,
      content: json(schemaRef("NewUser"), {
        user: { name: "joe", password: "a long one", email: "joe@example.org" },
      }),
    },
    answers: { 201: user("The user") },
    errors: { 400: body, 403: elsewhere, 409: taken, 413: large },
  },
  showUser: {
    tag: "users",
    answers: { 200: user("The user") },
    errors: { 403: selfOrAdmins, 404: noUser },
  },
  updateUser: {
    tag: "users",
    details:
      "Members that are absent or null stay. A new password, and disabling, end all of the user's tokens.",
    body: { required: true, content: json(schemaRef("UserChanges"), { user: { enabled: false } }) },
    answers: { 200: user("The user as it is now") },
    errors: { 400: body, 403: elsewhere, 404: noUser, 409: taken, 413: large },
  },
  deleteUser: {
    tag: "users",
    details: "With its roles and application credentials; its tokens end.",
    answers: emptyAnswer,
    errors: { 403: admins, 404: noUser, 409: "Others changed the user at the same time" },
  },
  changePassword: {
    tag: "users",
    details: "No token is needed, the old password is. All of the user's tokens end.",
    body: {
      required: true,
      content: json(schemaRef("PasswordChange"), {
        user: { original_password: "a long one", password: "a longer one" },
      }),
    },
    answers: emptyAnswer,
    errors: {
      400: body,
      401: "Wrong, whatever of it: user or password",
      403: "Another service keeps the passwords",
      404: "The id is longer than ids are",
      409: "Others changed the user at the same time",
      413: large,
      429: "Too many failed logins of this user from this address, or too many requests",
      503: IDENTITY_TEXTS.proof,
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
