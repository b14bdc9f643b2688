import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import { checkClaim, checkPassword, createVerifier, isPublicValue, sessionKey, startExchange } from "./srp.ts"

const alice = { poolName: "Local0001", username: "alice" }
const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`)

/** The client's half, written from RFC 5054 and Cognito's padding rule alone, so that the pool does not judge itself. */
function proveAsClient(
  password: string,
  salt: string,
  publicB: string,
  claim: { secretBlock: Buffer; timestamp: string },
) {
  const bytes = (value: bigint) => {
    const hex = value.toString(16)
    const even = hex.padStart(hex.length + (hex.length % 2), "0")
    return Buffer.from(Number.parseInt(even.charAt(0), 16) > 7 ? `00${even}` : even, "hex")
  }
  const sha = (...parts: (Buffer | string)[]) =>
    parts.reduce((digest, part) => digest.update(part), createHash("sha256")).digest()
  const big = (value: Buffer | string) =>
    BigInt(`0x${typeof value === "string" ? value : value.toString("hex")}`)
  const pow = (base: bigint, exponent: bigint): bigint => {
    if (exponent === 0n) return 1n
    const half = pow((base * base) % N, exponent / 2n)
    return exponent % 2n === 0n ? half : (half * base) % N
  }
  return {
    open: (a: bigint) => pow(2n, a),
    sign(a: bigint) {
      const k = big(sha(bytes(N), bytes(2n)))
      const u = big(sha(bytes(pow(2n, a)), bytes(big(publicB))))
      const x = big(sha(bytes(big(salt)), sha(`${alice.poolName}${alice.username}:${password}`)))
      const base = (((big(publicB) - k * pow(2n, x)) % N) + N) % N
      const key = Buffer.from(
        hkdfSync("sha256", bytes(pow(base, a + u * x)), bytes(u), "Caldera Derived Key", 16),
      )
      return createHmac("sha256", key)
        .update(alice.poolName)
        .update(alice.username)
        .update(claim.secretBlock)
        .update(claim.timestamp)
        .digest("base64")
    },
  }
}

function exchange(password: string, guess: string) {
  const kept = createVerifier(alice, password)
  const started = startExchange(kept)
  const claim = { ...alice, secretBlock: randomBytes(96), timestamp: "Mon Jan 5 08:30:00 UTC 2026" }
  const client = proveAsClient(guess, kept.salt, started.publicB, claim)
  const a = BigInt(`0x${randomBytes(128).toString("hex")}`)
  const key = sessionKey(client.open(a).toString(16), started, kept)
  return { key, claim, signature: client.sign(a) }
}

describe("the secure remote password exchange", () => {
  it("ends in the same key on both sides, whatever the leading bits of the numbers", () => {
    for (let round = 0; round < 4; round++) {
      const { key, claim, signature } = exchange("pâss w0rd!", "pâss w0rd!")
      expect(checkClaim(key, claim, signature)).toBe(true)
    }
  })

  it("refuses another password, and a claim that was changed on the way", () => {
    const wrong = exchange("Correct-Horse-7", "Correct-Horse-8")
    expect(checkClaim(wrong.key, wrong.claim, wrong.signature)).toBe(false)
    const { key, claim, signature } = exchange("Correct-Horse-7", "Correct-Horse-7")
    expect(checkClaim(key, { ...claim, username: "mallory" }, signature)).toBe(false)
    expect(checkClaim(key, { ...claim, timestamp: "Mon Jan 5 08:30:01 UTC 2026" }, signature)).toBe(false)
    expect(checkClaim(key, { ...claim, secretBlock: randomBytes(96) }, signature)).toBe(false)
    for (const other of ["", "AAAA", `${signature}AAAA`]) expect(checkClaim(key, claim, other)).toBe(false)
  })

  it.each([
    ["zero", "0"],
    ["N itself", N.toString(16)],
    ["a multiple of N", (2n * N).toString(16)],
    ["no number", "xyz"],
    ["nothing", ""],
    ["far too much", "f".repeat(1_025)],
  ])("refuses a public value that is %s", (_what, value) => {
    expect(isPublicValue(value)).toBe(false)
  })
})

describe("a kept password", () => {
  it("is told from any other, for this user in this pool alone", () => {
    const kept = createVerifier(alice, "Correct-Horse-7")
    expect(checkPassword(alice, "Correct-Horse-7", kept)).toBe(true)
    expect(checkPassword(alice, "correct-horse-7", kept)).toBe(false)
    expect(checkPassword(alice, "", kept)).toBe(false)
    expect(checkPassword({ ...alice, username: "bob" }, "Correct-Horse-7", kept)).toBe(false)
    expect(checkPassword({ ...alice, poolName: "Other" }, "Correct-Horse-7", kept)).toBe(false)
  })

  it("is salted", () => {
    expect(createVerifier(alice, "same")).not.toEqual(createVerifier(alice, "same"))
  })
})
