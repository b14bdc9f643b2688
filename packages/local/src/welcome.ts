/** What `npm run local` prints at its start: where everything is, who is there, and what to try. */
import { type DoorName, doorNames, doors } from "./doors.ts"
import { webClientId } from "./identity.ts"
import type { Stack } from "./stack.ts"
import { machine, people } from "./subjects.ts"

/** The text, several lines. `isMoved`: the usual ports were taken. */
export function formatWelcome(
  stack: Stack,
  { isMoved, data }: { isMoved: boolean; data: string | undefined },
): string {
  const { doors: at, userPool, dynamo } = stack.addresses
  const httpApi = at.hybrid
  return `
Claimgate on one machine${isMoved ? ", on other ports than usual because those are taken" : ""}

  HTTP API    ${httpApi}
  User pool   ${userPool}   client ${webClientId}
  DynamoDB    ${dynamo}   ${data === undefined ? "in memory" : `kept in ${data}`}

The same API behind every strategy; all but hybrid start at their first request
${doorNames.map((door) => formatDoor(door, at[door])).join("\n")}

Subjects
${people.map((one) => `  ${one.email.padEnd(18)} ${one.password.padEnd(14)} ${one.shows}`).join("\n")}
  ${machine.id}   machine client, secret ${stack.identity.machineSecret}

Try
  # sign in as Ben, who may read
  TOKEN=$(${signIn(userPool, "ben@example.com", "Local-ben-1")} \\
    | node -pe 'JSON.parse(fs.readFileSync(0)).AuthenticationResult.AccessToken')

  # allowed: his token holds the route
  curl -i ${httpApi}/api/reports -H "authorization: Bearer $TOKEN"

  # refused: his token does not hold this one
  curl -i -X DELETE ${httpApi}/api/users/1 -H "authorization: Bearer $TOKEN"

Each request is told below with its decision. Source files are watched. Ctrl-C stops.
`
}

function formatDoor(door: DoorName, address: string): string {
  const { gateway, check } = doors[door]
  return `  ${door.padEnd(12)} ${address.padEnd(27)} ${gateway.padEnd(8)} ${check}`
}

function signIn(userPool: string, email: string, password: string): string {
  const request = {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: webClientId,
    AuthParameters: { USERNAME: email, PASSWORD: password },
  }
  return [
    `curl -s ${userPool} -H 'content-type: application/x-amz-json-1.1'`,
    `-H 'x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth'`,
    `-d '${JSON.stringify(request)}'`,
  ].join(" \\\n    ")
}
