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
  "AWS::EC2::InternetGateway": "this machine has the network that it has",
  "AWS::EC2::Route": "this machine has the network that it has",
  "AWS::EC2::RouteTable": "this machine has the network that it has",
  "AWS::EC2::SecurityGroup": "containers are processes of this machine, and listen to nobody",
  "AWS::EC2::Subnet": "this machine has the network that it has",
  "AWS::EC2::SubnetRouteTableAssociation": "this machine has the network that it has",
  "AWS::EC2::VPC": "this machine has the network that it has",
  "AWS::EC2::VPCEndpoint": "the emulators listen on this machine",
  "AWS::EC2::VPCGatewayAttachment": "this machine has the network that it has",
  "AWS::ECS::Cluster": "a name for several services",
  "AWS::ECS::Service": "how many containers run, and where: here one of each task definition",
  "AWS::KMS::Alias": "functions are given key ids",
  "AWS::Logs::LogGroup": "functions log into files of the home",
  "AWS::Logs::MetricFilter": "no CloudWatch here",
  "AWS::Scheduler::ScheduleGroup": "a name for several schedules",
};
