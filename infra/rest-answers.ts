/** What a REST API answers itself, without the backend. */

/** Answers by the type that AWS has for them; headers as AWS writes mappings. */
export type Answers = Readonly<
  Record<
    string,
    {
      readonly statusCode?: number
      readonly headers: Readonly<Record<string, string>>
      readonly body?: string
    }
  >
>

export function createAnswers(
  prefix: string,
  api: sst.aws.ApiGatewayV1,
  answers: Answers,
): readonly aws.apigateway.Response[] {
  return Object.entries(answers).map(
    ([responseType, { statusCode, headers, body }]) =>
      new aws.apigateway.Response(`${prefix}ApiAnswers${responseType}`, {
        restApiId: api.nodes.api.id,
        responseType,
        statusCode: statusCode === undefined ? undefined : String(statusCode),
        responseParameters: Object.fromEntries(
          Object.entries(headers).map(([header, value]) => [`gatewayresponse.header.${header}`, value]),
        ),
        responseTemplates: body === undefined ? undefined : { "application/json": body },
      }),
  )
}
