/** Route tables for the question which handler runs: the sample API's, and one whose routes are as close as routes get. */
import { routes as sampleRoutes } from "@claimgate/catalog"
import { defineRoutes, type Routes } from "@claimgate/core"

const neighbours = defineRoutes({
  root: "GET /",
  files: "GET /files",
  file: "GET /files/{id}",
  special: "GET /files/special",
  filesBelow: "GET /files/{rest+}",
  belowSpecial: "PUT /files/special/{rest+}",
  fileOfAnyMethod: "ANY /files/{id}/raw",
  rawOfSpecial: "GET /files/special/raw",
  touchSpecial: "HEAD /files/special",
  removeFile: "DELETE /files/{id}",
  removeSpecial: "DELETE /files/special",
  anything: "ANY /{anything+}",
  secret: "GET /{page}/secret",
  publicPage: { route: "GET /public/{page}", access: "public" },
  publicRest: { route: "GET /static/{path+}", access: "public" },
  // Behind a public rest, and not public itself.
  admin: "GET /static/admin",
  adminBelow: "GET /static/{x}/admin",
  mine: { route: "GET /me", access: "signed-in" },
  batch: "POST /files:batch",
  at: "GET /@me",
  cafe: "GET /caf%C3%A9",
  cafeInSmallDigits: "GET /caf%c3%a9",
  plan: "GET /my%20plan",
  plus: "GET /my+plan",
  braces: "GET /%7Bid%7D",
  dots: "GET /...",
  dotFile: "GET /.well-known/{name}",
  hundred: "GET /100%25",
  parameters: "GET /files;v=1",
  upper: "GET /FILES/special",
})

export const tables: Readonly<Record<string, Routes>> = {
  "the sample API": sampleRoutes,
  "routes that are close neighbours": neighbours,
}
