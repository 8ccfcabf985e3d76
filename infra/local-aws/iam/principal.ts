/** A policy statement as CloudFormation writes it, its references resolved to plain ARNs. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Somebody with an access key of his own: one function of the template, or the operator of the runtime. */
export interface Principal {
  readonly name: string;
  /** ARN of the role. */
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly statements: readonly Statement[];
}

/** Answers whether a principal may do a thing; resource policies (bucket policies) included. */
export interface Judge {
  /** Undefined for an unknown access key. */
  principalOf(accessKeyId: string): Principal | undefined;
  /** Deny wins over allow; nothing said is deny (IAM user guide, policy evaluation logic). */
  allows(
    principal: Principal,
    action: string,
    resource: string,
    context?: Readonly<Record<string, readonly string[]>>,
  ): boolean;
}

/** One line of the call log: who called what, what it cost, how it ended. */
export interface Call {
  readonly at: string;
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  readonly actions: readonly string[];
  readonly status: number;
  readonly error?: string;
  readonly milliseconds: number;
  readonly readUnits?: number;
  readonly writeUnits?: number;
  /** Which bytes of an object were asked for. */
  readonly range?: string;
}
