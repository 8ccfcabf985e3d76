import { roleOf } from "../../../shared/identity/domain/role.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  type AnswerDescription,
  type Description,
  emptyAnswer,
  json,
  type Parameter,
  schemaRef,
  text,
} from "../description.ts";
import { filter, IDENTITY_TEXTS, linksOf } from "./texts.ts";

const member = roleOf("member");
const example = {
  ...member,
  domain_id: null,
  description: null,
  options: {},
  links: { self: `http://127.0.0.1:9292/v3/roles/${member.id}` },
};
const roles = (path: string): Readonly<Record<200, AnswerDescription>> => ({
  200: {
    description: "The roles",
    content: json(schemaRef("Roles"), { roles: [example], links: linksOf(path) }),
  },
});

const { admins, selfOrAdmins } = IDENTITY_TEXTS;
const option = (name: string, description: string): Parameter => ({
  name,
  in: "query",
  description: `${description} On when it is there, whatever its value but 0.`,
  schema: text,
});

/** Roles and who has them. */
export const identityRoles = {
  listRoles: {
    tag: "roles",
    details: "There are four, and none can be made: `admin`, `member`, `reader`, `service`.",
    parameters: [filter("name", "Only the role of this name.")],
    answers: roles("roles"),
    errors: { 400: IDENTITY_TEXTS.filter },
  },
  showRole: {
    tag: "roles",
    answers: { 200: { description: "The role", content: json(schemaRef("RoleAnswer"), { role: example }) } },
    errors: { 404: "There is no such role" },
  },
  listGrants: {
    tag: "roles",
    answers: roles("projects/c3d4/users/a1b2/roles"),
    errors: { 403: selfOrAdmins, 404: "An id is longer than ids are" },
  },
  grantRole: {
    tag: "roles",
    details: "Repeating it changes nothing.",
    answers: emptyAnswer,
    errors: { 403: admins, 404: "There is no such project, user or role" },
  },
  revokeRole: {
    tag: "roles",
    details: "The user's tokens end.",
    answers: emptyAnswer,
    errors: {
      403: admins,
      404: "There is no such role, or the user does not have it",
    },
  },
  listAssignments: {
    tag: "roles",
    details: "All for admins, for others their own: with `user.id`.",
    parameters: [
      filter("user.id", "Only those of this user."),
      filter("scope.project.id", "Only those in this project."),
      filter("role.id", "Only those of this role."),
      option("effective", "With the roles that the assigned ones imply."),
      option("include_names", "With names beside the ids."),
    ],
    answers: {
      200: {
        description: "The assignments",
        content: json(schemaRef("RoleAssignments"), {
          role_assignments: [
            {
              user: { id: "a1b2" },
              scope: { project: { id: "c3d4" } },
              role: { id: member.id },
              links: { assignment: `http://127.0.0.1:9292/v3/projects/c3d4/users/a1b2/roles/${member.id}` },
            },
          ],
          links: linksOf("role_assignments"),
        }),
      },
    },
    errors: {
      400: IDENTITY_TEXTS.filter,
      403: "The caller is neither that user nor an admin, or there are too many: name a user or a project",
      404: "There is no such role",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
