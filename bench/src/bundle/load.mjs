// Run in a process of its own: loads one bundle and prints how many milliseconds that took.
const started = performance.now()
await import(process.argv[2])
process.stdout.write(String(performance.now() - started))
