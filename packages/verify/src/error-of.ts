/** What a service answered instead: `NotAuthorizedException: User is disabled.`; undefined where it did as it was asked. */
export async function errorOf(asked: Promise<unknown>): Promise<string | undefined> {
  try {
    await asked
    return undefined
  } catch (fault) {
    if (!(fault instanceof Error) || !("$metadata" in fault)) throw fault
    return `${fault.name}: ${fault.message}`
  }
}
