/** Settings of the stage's user pool that no template of ours may have made: docs/deploy.md lists them. */
import type { UserPoolClientType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider"
import { defaultChangeLifetime } from "@claimgate/store"
import { asExpected, type Check, judge } from "../check.ts"
import type { Lab } from "../lab.ts"
import { describeClient, describePool, listClients } from "../user-pool.ts"

const area = "This stage"

/** What the trigger puts into tokens, and authorizers read there. */
const claims = ["custom:role", "custom:permissions", "custom:epoch"]

export const thisStage: readonly Check[] = [
  {
    id: "stage-attributes",
    area,
    item: "No client of the user pool may write an attribute that carries a claim's name.",
    expected: `no attribute ${claims.join(", ")}, or no client with one of them among its write attributes`,
    otherwise:
      "users could write what reads like a claim: whoever takes ID tokens that the trigger was not called for could be told anything",
    look: async (lab) => {
      const { SchemaAttributes = [] } = await describePool(lab)
      const named = claims.filter((claim) => SchemaAttributes.some(({ Name }) => Name === claim))
      if (named.length === 0) return asExpected("no such attribute")
      const { writers, count } = await findWriters(lab, named)
      const seen = writers.length === 0 ? `no one of ${count} clients` : `by ${writers.join(", ")}`
      return judge(writers.length === 0, `${named.join(", ")}: may be written ${seen}`, true)
    },
  },
  {
    id: "stage-tier",
    area,
    item: "The user pool's tier lets the trigger change the tokens that the stage goes by.",
    expected: "ESSENTIALS or PLUS for access tokens and machines; any for ID tokens",
    otherwise: "the trigger's claims would be in no access token: nobody could get in",
    look: async (lab) => {
      const { UserPoolTier: tier } = await describePool(lab)
      const isEnough = wantedVersions(lab).includes("V1_0") || tier === "ESSENTIALS" || tier === "PLUS"
      return judge(isEnough, tier ?? "none is told", true)
    },
  },
  {
    id: "stage-trigger",
    area,
    item: "The user pool calls a pre token generation trigger, at a version that fits the stage's tokens.",
    expected: "V2_0 or V3_0 for access tokens, V3_0 for machines; any for ID tokens",
    otherwise: "tokens would come without the trigger's claims: nobody could get in",
    look: async (lab) => {
      const version = versionOf(await describePool(lab))
      const seen = version ?? "no trigger"
      return judge(wantedVersions(lab).includes(seen), `${seen}, for ${tokensOf(lab)}`, true)
    },
  },
  {
    id: "stage-token-lifetime",
    area,
    item: "No token that the stage takes outlives the changes that it could be behind.",
    expected:
      "at each of the stage's clients at most `changeLifetime`, less 3660 s for kept answers and clocks",
    otherwise: "a token could be taken for current when the change that overtook it is no longer in the feed",
    look: async (lab) => {
      const longest = (lab.stage.changeLifetime ?? defaultChangeLifetime) - mostKept
      const lifetimes: number[] = []
      for (const id of lab.stage.tokens.clientIds)
        lifetimes.push(lifetimeOf(await describeClient(lab, id), lab.stage.tokens.tokenUse))
      const seen = `${lifetimes.join(" s, ")} s, of at most ${longest} s`
      return judge(
        lifetimes.every((seconds) => seconds <= longest),
        seen,
        true,
      )
    },
  },
]

/** Seconds that a gateway keeps an answer at the longest, and a minute of leeway, as infra/variables.ts has them. */
const mostKept = 3600 + 60

async function findWriters(lab: Lab, attributes: readonly string[]) {
  const clients = await listClients(lab)
  const writers: string[] = []
  for (const { ClientId } of clients)
    if (mayWrite(await describeClient(lab, ClientId), attributes)) writers.push(ClientId ?? "a client")
  return { writers, count: clients.length }
}

/**
 * A client without a list may write the standard attributes alone by AWS's documentation, and was seen to write custom ones
 * (packages/local/src/pool/config.ts): it counts as one that may.
 */
function mayWrite({ WriteAttributes }: UserPoolClientType, attributes: readonly string[]): boolean {
  if (WriteAttributes === undefined || WriteAttributes.length === 0) return true
  return attributes.some((name) => WriteAttributes.includes(name))
}

/** The event that the trigger is sent; a trigger that is set without a version gets the first one. */
function versionOf({ LambdaConfig }: UserPoolType): string | undefined {
  const { PreTokenGenerationConfig: config, PreTokenGeneration: arn } = LambdaConfig ?? {}
  return config?.LambdaVersion ?? (arn === undefined ? undefined : "V1_0")
}

function wantedVersions({ stage: { pool, tokens } }: Lab): readonly string[] {
  if (pool.machine !== undefined) return ["V3_0"]
  return tokens.tokenUse === "access" ? ["V2_0", "V3_0"] : ["V1_0", "V2_0", "V3_0"]
}

function tokensOf({ stage: { pool, tokens } }: Lab): string {
  return `${tokens.tokenUse === "id" ? "ID" : "access"} tokens${pool.machine === undefined ? "" : " and machines"}`
}

const secondsIn: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** In seconds; an hour where nothing is said. A unit that is not known is no number, which is never short enough. */
function lifetimeOf(client: UserPoolClientType, tokenUse: "id" | "access"): number {
  const { AccessTokenValidity, IdTokenValidity, TokenValidityUnits } = client
  const [validity, unit] =
    tokenUse === "id"
      ? [IdTokenValidity, TokenValidityUnits?.IdToken]
      : [AccessTokenValidity, TokenValidityUnits?.AccessToken]
  // Cognito counts in hours unless told otherwise, and says 0 where nothing was said.
  return (validity || 1) * (validity ? (secondsIn[unit ?? "hours"] ?? Number.NaN) : 3600)
}
