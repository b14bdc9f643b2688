/** An authorizer that is broken, in the way that its environment says. */
const { BROKEN = "" } = process.env

if (BROKEN === "load") throw new Error("expected a pool")

const policy = (Resource: unknown) => ({
  principalId: "somebody",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource }],
  },
})

const answers: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new TypeError("cannot read properties of undefined")
  },
  rejects: () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.1")),
  undefined: () => undefined,
  null: () => null,
  text: () => "allow",
  "true in text": () => ({ isAuthorized: "true" }),
  "half a policy": () => ({ principalId: "somebody", policyDocument: { Statement: [{ Effect: "Allow" }] } }),
  "a policy without principal": () => ({ ...policy("*"), principalId: undefined }),
  "a policy for nothing": () => policy(undefined),
  never: () => new Promise(() => undefined),
  // No timer of anybody's in this process fires any more.
  busy: () => {
    for (;;) Math.sqrt(2)
  },
  "out of memory": () => {
    const kept: string[][] = []
    for (;;) kept.push(Array.from({ length: 1000 }, (_, at) => `${at}-${kept.length}`))
  },
  exits: () => process.exit(1),
}

export const handler = async (): Promise<unknown> => answers[BROKEN]?.()
