/** What refusals of the metadata definitions mean. */
export const METADEF_TEXTS = {
  noBody: "There is a body, and none is expected",
  noNamespace: "There is no such namespace, or the caller does not see it",
  noneOrHidden: "There is no such namespace, or none of this name in it, or the caller does not see it",
  noRole: "The caller has no role that the policy knows",
  noRight: "The policy does not allow it",
  admins: "The policy does not allow it: changes are for admins unless it says otherwise",
  adminsOrProtected: "The policy does not allow it, or the namespace is protected",
  setByService:
    "The policy does not allow it, or the body has what only the service sets: times, `self`, `schema`",
  badBody: "No JSON object as the schema says; the message names the place",
  changed: "Others changed the namespace at the same time, again and again",
  answer: "The answer would be larger than a function may give: ask for less of the namespace",
  large: "The body has more than 512 KiB, or the namespace would be larger than an answer can be",
} as const;
