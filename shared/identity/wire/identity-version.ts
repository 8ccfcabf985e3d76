/** `GET /v3`. The link ends in a slash, as Keystone's does: clients append paths to it. */
export const identityVersion = (publicUrl: string) => ({
  version: {
    id: "v3.14",
    status: "stable",
    updated: "2020-04-07T00:00:00Z",
    links: [{ rel: "self", href: `${publicUrl}/v3/` }],
    "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
  },
});
