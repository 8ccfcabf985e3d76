/** The pages of AWS's documentation that side with the emulator where Ceph answers otherwise. */
export const page = {
  header:
    'S3 API reference, "Signature calculations for the Authorization header": x-amz-* headers, payload hash',
  query: 'S3 API reference, "Authenticating requests: using query parameters"',
  troubleshooting: 'IAM user guide, "Troubleshoot Signature Version 4 signing": credential scope, time',
  errors: 'S3 API reference, "Error responses"',
  complete: "S3 API reference, CompleteMultipartUpload: the parts in the list, in order; NoSuchUpload",
  listParts: "S3 API reference, ListParts: NoSuchUpload",
  uploadPart: "S3 API reference, UploadPart: part numbers 1 to 10,000",
  uploadPartCopy: "S3 API reference, UploadPartCopy: x-amz-copy-source-range",
  copyObject: "S3 API reference, CopyObject: x-amz-copy-source-if-match",
  getObject: "S3 API reference, GetObject: partNumber; one range a request",
  range:
    "S3 API reference, GetObject, Range, which names RFC 9110, 14.2: a range that cannot be read is ignored",
  conditionalWrites: 'S3 user guide, "Conditional writes"',
  integrity: 'S3 user guide, "Checking object integrity"',
  metadata: 'S3 user guide, "Working with object metadata": 2 KB',
};
