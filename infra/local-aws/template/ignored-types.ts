/**
 * Resource types that the local runtime leaves out on purpose, each with its reason. A type that is neither here
 * nor run by the runtime fails the start: nothing of a template is ignored silently.
 */
export const ignoredTypes: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::Account": "the account's role for API Gateway's own logs; the gateway logs into the home",
  "AWS::ApiGateway::Deployment": "a stage serves the API's current routes at once",
  "AWS::CDK::Metadata": "CDK's usage statistics",
  "AWS::CloudWatch::Alarm": "nobody is called at night for a local runtime",
  "AWS::CloudWatch::Dashboard": "no CloudWatch here",
  "AWS::KMS::Alias": "functions are given key ids",
  "AWS::Logs::LogGroup": "functions log into files of the home",
  "AWS::Logs::MetricFilter": "no CloudWatch here",
  "AWS::Scheduler::ScheduleGroup": "a name for several schedules",
};
