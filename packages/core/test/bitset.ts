/**
 * The slow, obvious encoding of a set of routes, kept as the oracle of the packed one: one bit per route id, six to
 * a character, without a model, without trimming.
 */
import { addRoute, hasRoute, type RouteSet, routeSet } from "../src/route-set.ts"

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

export function formatBitset(routes: RouteSet): string {
  let text = ""
  for (let first = 0; first < routes.horizon; first += 6) {
    let value = 0
    for (let bit = 0; bit < 6; bit++) if (hasRoute(routes, first + bit)) value += 2 ** bit
    text += digits.charAt(value)
  }
  return text
}

export function parseBitset(text: string, horizon: number): RouteSet {
  const routes = routeSet(horizon)
  for (let id = 0; id < horizon; id++) {
    const value = digits.indexOf(text.charAt(Math.floor(id / 6)))
    if (Math.floor(value / 2 ** (id % 6)) % 2 === 1) addRoute(routes, id)
  }
  return routes
}
