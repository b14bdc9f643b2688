/** What a REST API answers to a browser that asks whether it may call: it has no CORS of its own. */
import { config } from "./config.ts"
import { allowHeaders, allowMethods } from "./cors.ts"

const headers: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": config.corsOrigins[0] ?? "",
  "Access-Control-Allow-Headers": allowHeaders.join(","),
  "Access-Control-Allow-Methods": allowMethods.join(","),
  "Access-Control-Max-Age": "3600",
}

/** Answers `OPTIONS` on one resource, without a token and without asking the backend. */
export function createPreflight(
  prefix: string,
  restApi: $util.Output<string>,
  path: string,
  resourceId: $util.Output<string>,
): readonly $util.Resource[] {
  const name = `${prefix}ApiPreflight${path}`
  const at = { restApi, resourceId, httpMethod: "OPTIONS" }
  const method = new aws.apigateway.Method(name, { ...at, authorization: "NONE" })
  const response = new aws.apigateway.MethodResponse(
    name,
    { ...at, statusCode: "204", responseParameters: mapHeaders(() => true) },
    { dependsOn: [method] },
  )
  const integration = new aws.apigateway.Integration(
    name,
    { ...at, type: "MOCK", requestTemplates: { "application/json": '{"statusCode":204}' } },
    { dependsOn: [method] },
  )
  const answer = new aws.apigateway.IntegrationResponse(
    name,
    { ...at, statusCode: "204", responseParameters: mapHeaders((value) => `'${value}'`) },
    { dependsOn: [integration, response] },
  )
  return [method, response, integration, answer]
}

function mapHeaders<Value>(toValue: (value: string) => Value): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [`method.response.header.${header}`, toValue(value)]),
  )
}
