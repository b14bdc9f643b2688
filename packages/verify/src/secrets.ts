/** What a run knows and must never tell: gateways repeat headers in their errors, tokens among them. */

export interface Secrets {
  /** Takes note, and gives it back. */
  keep(secret: string): string
  /** The text without any of them, nor anything that looks like a token. */
  without(text: string): string
}

const left = "‹left out›"
/** What a JWT, or most of one, looks like. */
const tokenShape = /eyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g

export function createSecrets(): Secrets {
  const known = new Set<string>()
  return {
    keep(secret) {
      if (secret !== "") known.add(secret)
      return secret
    },
    without: (text) =>
      [...known].reduce((sofar, secret) => sofar.replaceAll(secret, left), text).replace(tokenShape, left),
  }
}
