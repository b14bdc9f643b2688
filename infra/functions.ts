/** What all functions have in common. */

/** What differs from one function to the next. */
export type Args = Pick<
  sst.aws.FunctionArgs,
  "handler" | "memory" | "timeout" | "environment" | "link" | "permissions" | "vpc" | "dev"
>

export function createFunction(name: string, args: Args): sst.aws.Function {
  const isLive = $dev && args.dev !== false
  return new sst.aws.Function(name, {
    ...args,
    runtime: "nodejs22.x",
    architecture: "arm64",
    // Lambda's own lines are looked for as text: infra/crashes.ts.
    logging: { retention: "1 month", format: "text" },
    transform: {
      role(role) {
        // SST lets the whole account take on the role, which only the developer's machine needs.
        if (!isLive)
          role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" })
      },
    },
  })
}
