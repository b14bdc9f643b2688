/** The token's claims, as long as the change feed knows of nothing newer. */
import { type Catalog, type CatalogRoute, type Doubt, routeNamed } from "@claimgate/core"
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
    const doubt = asksFeed(route) ? feed.check(token) : undefined
    return doubt instanceof Promise ? doubt.then((late) => unless(late, standing)) : unless(doubt, standing)
  }
}

/** Tells how old, in milliseconds, the copy is that a decision about a route rests on. */
export function ageBehindFeed(
  catalog: Catalog,
  feed: { age(): number | undefined },
): (route: string | undefined) => number | undefined {
  return (route) => {
    const id = route === undefined ? undefined : routeNamed(catalog, route)
    const asked = id === undefined ? undefined : catalog.routes[id]
    return asked !== undefined && asksFeed(asked) ? feed.age() : undefined
  }
}

function asksFeed({ access }: CatalogRoute): boolean {
  return access === "granted"
}

function unless(doubt: Doubt | undefined, standing: Standing): Standing {
  return doubt === undefined ? standing : { ...standing, routes: undefined, doubt }
}
