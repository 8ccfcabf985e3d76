/** Rules of Control Tower that we do not keep, with the type of the resource and the reason. */
export const excused: Readonly<Record<string, string>> = {
  "api_gw_v1_execution_logging_enabled_check AWS::ApiGateway::Stage":
    "execution logs can hold headers and query strings, so tokens; there is an access log",
  "api_gw_xray_enabled_check AWS::ApiGateway::Stage": "tracing has a price for each request",
  "cloudwatch_alarm_action_check AWS::CloudWatch::Alarm": "whom an alarm tells is the operator's to say",
  "cloudwatch_log_group_encrypted_check AWS::Logs::LogGroup":
    "CloudWatch encrypts all logs; a key of one's own has a monthly price, and logs hold no secrets",
  "cloudwatch_log_group_retention_period_check AWS::Logs::LogGroup":
    "the rule asks for a year: logs name users and projects, and are kept for a month",
  "dynamodb_table_encrypted_kms_check AWS::DynamoDB::Table":
    "DynamoDB's own key encrypts the table; one in KMS has a price for its requests",
  "kms_create_grant_aws_service_check AWS::KMS::Key":
    "the rule is about keys that services use for a caller: this one signs, by a function's own right",
  "lambda_function_public_access_prohibited_check AWS::Lambda::Permission":
    "the rule wants SourceArn as a text: it is put together of the API's id, and names account, API and stage",
  "lambda_inside_vpc_check AWS::Lambda::Function":
    "functions call AWS's public endpoints only; in a network they would need a gateway with an hourly price",
  "s3_bucket_default_encryption_kms_check AWS::S3::Bucket":
    "S3's own keys encrypt image data; a KMS key has a price for each request and binds presigned URLs to it",
  "s3_bucket_logging_enabled_check AWS::S3::Bucket":
    "access logs would hold the query strings of presigned URLs",
  "s3_bucket_object_lock_enabled_check AWS::S3::Bucket":
    "image data is deleted when an image is; what is deleted is kept as a noncurrent version",
  "s3_bucket_versioning_enabled_check AWS::S3::Bucket": "deleted_bytes_retention_days=0 asks for just that",
  "s3_event_notifications_enabled_check AWS::S3::Bucket":
    "nobody waits for events of the bucket: the service knows itself what it writes",
  "sqs_dlq_check AWS::SQS::Queue":
    "it asks each dead-letter queue for one of its own, or for a list of its sources, which is the account's business",
};
