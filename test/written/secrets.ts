/** What must not stand in anything that is written, by its shape. Loaded for every test file: it imports nothing. */

interface Secret {
  readonly what: string
  readonly shape: RegExp
}

const shapes: readonly Secret[] = [
  // A header and a payload are enough to know: the signature may have been cut off.
  { what: "a token", shape: /eyJ[\w-]{8,}\.eyJ[\w-]{8,}/ },
  { what: "a bearer token", shape: /\bbearer [\w.~+/-]{20,}/i },
  { what: "a private key", shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----|"d"\s*:\s*"[\w-]{40,}"/ },
  { what: "an access key of AWS", shape: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  {
    what: "a secret by its name",
    shape: /"(?:password|secret|client_?secret|secretaccesskey)"\s*:\s*"[^"]/i,
  },
  // As all of them are spelled that the local stack comes with.
  { what: "a password", shape: /\bLocal-[a-z]+-1\b/ },
  { what: "a signature for AWS", shape: /X-Amz-Signature|Signature=[0-9a-f]{64}/i },
]

/** Names the kinds of secrets that a text holds; none of them is repeated. */
export function secretsIn(text: string): readonly string[] {
  return shapes.filter(({ shape }) => shape.test(text)).map(({ what }) => what)
}
