import type { AppClient, UserPoolConfig } from "./config.ts"
import { failures } from "./failure.ts"
import type { User } from "./state.ts"

/** A user's attributes by name. */
export type Attributes = Readonly<Record<string, string>>
/** An attribute as requests and answers carry it. */
export interface NamedValue {
  readonly Name: string
  readonly Value?: string | undefined
}

/** The attributes that every pool has (Developer Guide, "Working with user attributes"), `sub` aside. */
export const STANDARD_ATTRIBUTES = [
  ..."name given_name family_name middle_name nickname preferred_username profile picture website".split(" "),
  ..."email gender birthdate zoneinfo locale phone_number address updated_at".split(" "),
]
const VERIFIED_MARKS = ["email_verified", "phone_number_verified"]

/**
 * Turns a list of attributes into a record; a value left
 * out is the empty string. The last of a name counts.
 */
export function toAttributes(list: readonly NamedValue[] = []): Attributes {
  return Object.fromEntries(list.map(({ Name, Value }) => [Name, Value ?? ""]))
}

/** A user's attributes, `sub` first, as answers carry them. */
export function formatAttributes(user: User, readable = (_name: string) => true): readonly NamedValue[] {
  const all = Object.entries({ sub: user.sub, ...user.attributes })
  return all.filter(([name]) => readable(name)).map(([Name, Value]) => ({ Name, Value }))
}

/**
 * True if a client may see an attribute. Without a list it
 * sees the standard ones and `*_verified`, no custom one.
 */
export function mayRead(client: AppClient, name: string): boolean {
  if (name === "sub") return true
  return client.readAttributes?.includes(name) ?? [...STANDARD_ATTRIBUTES, ...VERIFIED_MARKS].includes(name)
}

/**
 * Throws `NotAuthorizedException` if a user who comes
 * through that client may not write one of the attributes.
 */
export function checkWritable(config: UserPoolConfig, client: AppClient, attributes: Attributes): void {
  const writable = client.writeAttributes ?? [...STANDARD_ATTRIBUTES, ...customNames(config)]
  for (const name of Object.keys(attributes))
    if (name !== "sub" && !writable.includes(name))
      throw failures.notAuthorized("A client attempted to write unauthorized attribute")
}

/**
 * Throws `InvalidParameterException` for attributes that the
 * pool does not have, or for values that they can't hold.
 */
export function checkSchema(config: UserPoolConfig, attributes: Attributes): void {
  const known = [...STANDARD_ATTRIBUTES, ...VERIFIED_MARKS, ...customNames(config), "sub"]
  for (const [name, value] of Object.entries(attributes)) {
    if (!known.includes(name)) throw nonConforming(`Type for attribute {${name}} could not be determined`)
    checkLength(config, name, value)
    if (name === "email" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value))
      throw failures.invalidParameter("Invalid email address format.")
  }
}

function checkLength(config: UserPoolConfig, name: string, value: string): void {
  const custom = config.customAttributes?.find((attribute) => `custom:${attribute.name}` === name)
  const longest = custom?.maxLength ?? 2_048
  if (value.length > longest)
    throw nonConforming(`${name}: String must be no longer than ${longest} characters`)
}

/** Throws `InvalidParameterException` if a new user lacks an attribute that the pool requires. */
export function checkRequired(config: UserPoolConfig, attributes: Attributes): void {
  const missing = missingAttributes(config, attributes)
  if (missing.length > 0)
    throw nonConforming(missing.map((name) => `${name}: The attribute is required`).join(", "))
}

/** The attributes that the pool requires and a user does not have. */
export function missingAttributes(config: UserPoolConfig, attributes: Attributes): readonly string[] {
  return (config.requiredAttributes ?? []).filter((name) => (attributes[name] ?? "") === "")
}

/**
 * Throws `InvalidParameterException` if an attribute of a user
 * who exists can't be changed: `sub`, or an immutable one.
 */
export function checkMutable(config: UserPoolConfig, attributes: Attributes): void {
  const fixed = (config.customAttributes ?? []).filter(({ mutable }) => mutable === false)
  const names = ["sub", ...fixed.map(({ name }) => `custom:${name}`)]
  for (const name of Object.keys(attributes))
    if (names.includes(name)) throw failures.invalidParameter(`user.${name}: Attribute cannot be updated.`)
}

function customNames(config: UserPoolConfig): readonly string[] {
  return (config.customAttributes ?? []).map(({ name }) => `custom:${name}`)
}

function nonConforming(what: string): Error {
  return failures.invalidParameter(`Attributes did not conform to the schema: ${what}`)
}
