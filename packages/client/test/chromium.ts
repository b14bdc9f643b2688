/** Debian's Chromium, or whichever is there, driven by playwright-core, which brings none along. */
import { existsSync } from "node:fs"
import { chromium } from "playwright-core"

const places = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
]

/** Where Chromium is, or undefined where it is not. */
export const chromiumPath = places.find((place) => place !== undefined && existsSync(place))

/** Starts the one at that path, without a window. */
export async function startChromium(executablePath = "chromium") {
  // As root, which one is in a container, Chromium does not start with its sandbox.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : []
  // A page that nobody served counts as one from the internet, which may not call this machine.
  const args = [...asRoot, "--disable-features=LocalNetworkAccessChecks"]
  return chromium.launch({ executablePath, args })
}
