/** The token's claims, as long as the change feed knows of nothing newer. */
import type { Catalog, Doubt } from "@claimgate/core"
import { claimSource, type Source, type Standing } from "./source.ts"
import type { VerifiedToken } from "./verify.ts"

/** What this source asks of a change feed, which never rejects. */
export interface Vouching {
  /** Why a token cannot be believed; undefined where it is current. A promise only where there is something to wait for. */
  check(token: VerifiedToken): Doubt | undefined | Promise<Doubt | undefined>
}

/** Believes a token while the feed vouches for it. Routes for whoever is signed in ask for no permission, so for no feed. */
export function claimBehindFeed(catalog: Catalog, feed: Vouching): Source {
  const claim = claimSource(catalog)
  return (token, route) => {
    const standing = claim(token)
    const doubt = route.access === "granted" ? feed.check(token) : undefined
    return doubt instanceof Promise ? doubt.then((late) => unless(late, standing)) : unless(doubt, standing)
  }
}

function unless(doubt: Doubt | undefined, standing: Standing): Standing {
  return doubt === undefined ? standing : { ...standing, routes: undefined, doubt }
}
