/** docs/licences.md: what is installed, from where it is needed to what it is called, so that a change of it shows. */
import { deployedPackages } from "./deployed.ts"
import { deployable, found, licenceCounts, licenceTable, usable } from "./licences.ts"
import { type Installed, installedBy, projects, readLock } from "./lock.ts"

/** A part of what is installed, with the licences that will do there. */
export interface Part {
  readonly title: string
  readonly about: string
  readonly installed: readonly Installed[]
  readonly allowed: readonly string[]
}

/** Everything that the lock files install, in parts: whatever is deployed stands in the first one alone. */
export async function parts(): Promise<readonly Part[]> {
  const deployed = await deployedPackages()
  const [own = [], ...others] = projects().map((folder) => installedBy(readLock(folder)))
  const isDeployed = ({ name, version }: Installed) => deployed.has(`${name}@${version}`)
  return [
    {
      title: "In the functions that are deployed",
      about: "Of these the functions' bundles have files in them; of some only a few.",
      installed: own.filter(isDeployed),
      allowed: deployable,
    },
    {
      title: "Production, on a developer's machine",
      about: "For the command line, `npm run local` and SST, which deploys; nothing of it is in a function.",
      installed: own.filter((each) => !isDeployed(each) && !each.dev),
      allowed: usable,
    },
    {
      title: "Development",
      about: "For checks and tests.",
      installed: own.filter((each) => !isDeployed(each) && each.dev),
      allowed: usable,
    },
    ...projects()
      .slice(1)
      .map((folder, index) => ({
        title: `Development: ${folder}/`,
        about: "A project of its own, which nobody installs who does not run it.",
        installed: others[index] ?? [],
        allowed: usable,
      })),
  ]
}

/** The whole document. */
export function render(all: readonly Part[]): string {
  const exceptions = Object.entries(found).map(
    ([name, { licence, where }]) => `\`${name}\`: ${licence}, by ${where}.`,
  )
  return `${intro}\n${exceptions.map((each) => `- ${each}\n`).join("")}${all.map(section).join("")}`
}

const intro = `# Licences

Everything that the lock files install, for all platforms, with the licence that each package states. Written by
\`npx tsx supply/main.ts licences\`; \`npm test\` fails when it is not what would be written now, or when a licence is not among
those that [supply/licences.ts](../supply/licences.ts) allows.

Claimgate itself is under the MIT licence. Packages that state none:
`

function section({ title, about, installed, allowed }: Part): string {
  const counts = `${installed.length} packages: ${licenceCounts(installed)}.`
  return `\n## ${title}\n\n${about} Allowed: ${allowed.join(", ")}.\n\n${counts}\n\n${licenceTable(installed)}`
}
