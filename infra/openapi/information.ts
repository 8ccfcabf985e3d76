/** The document's own description: what holds for all operations. */
export const info = {
  title: "Serverless Glance",
  version: "2.17",
  summary: "OpenStack's Image API v2 and the part of its Identity API v3 that image clients use",
  description: `Image data goes straight to and from object storage: downloads are redirects to presigned URLs, uploads are
transfers in presigned parts; the ingress, a small program in front of the API, takes whole-image PUTs of any size.

**Other methods** of a path are 405 with \`Allow\`, other paths 404 (501 for a method that no path has). A slash at the
end of a path is 404.

**Errors** of the Image API are JSON for those whose Accept names application/json, and HTML for everybody else. Those
of the Identity API, and those that API Gateway answers by itself, are JSON always. The ingress answers 502 or 504 when
the API does not answer it, but never to a PUT with image data: that is 500 or 504.

**Bodies** are JSON whatever Content-Type says, unless the operation names other types.

**Web pages** may read the answers if the setting \`allowed_origin\` names their origin; preflights are then answered 204.

The formats of images are those of the default settings.`,
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
};

/** Where the service may be. */
export const servers = [
  {
    url: "http://127.0.0.1:{port}",
    description: "On this machine, through the ingress: npm start",
    variables: { port: { default: "9292", description: "GLANCE_PORT" } },
  },
  {
    url: "https://{api}.execute-api.{region}.amazonaws.com/{stage}",
    description: "On AWS: the stack's output ApiUrl",
    variables: {
      api: { default: "abcdefghij", description: "The API's id" },
      region: { default: "eu-central-1" },
      stage: { default: "prod" },
    },
  },
];
