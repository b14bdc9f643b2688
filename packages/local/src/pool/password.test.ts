import { describe, expect, it } from "vitest"
import { checkPolicy, createPassword } from "./password.ts"

describe("a password policy", () => {
  it.each([
    ["Abcdef1!", "nothing"],
    ["Abcde1!", "Password not long enough"],
    ["abcdefg1!", "Password must have uppercase characters"],
    ["ABCDEFG1!", "Password must have lowercase characters"],
    ["Abcdefgh!", "Password must have numeric characters"],
    ["Abcdefgh1", "Password must have symbol characters"],
    ["Àbcdefg1!", "Password must have uppercase characters"],
  ])("says of `%s`: %s", (password, complaint) => {
    const check = () => checkPolicy(undefined, password)
    if (complaint === "nothing") expect(check).not.toThrow()
    else expect(check).toThrow(`Password did not conform with policy: ${complaint}`)
  })

  it("asks for no more than it says", () => {
    const lax = {
      minimumLength: 6,
      requireLowercase: false,
      requireUppercase: false,
      requireNumbers: false,
      requireSymbols: false,
    }
    expect(() => checkPolicy(lax, "______")).not.toThrow()
    expect(() => checkPolicy(lax, "_____")).toThrow("not long enough")
  })

  it("allows every password that the pool makes up, and no two are the same", () => {
    const made = Array.from({ length: 100 }, createPassword)
    for (const password of made) expect(() => checkPolicy({ minimumLength: 20 }, password)).not.toThrow()
    expect(new Set(made).size).toBe(100)
  })
})
