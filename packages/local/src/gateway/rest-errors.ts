/** What can go wrong in a REST API, as gateway responses say it before an API reshapes them. */
import type { GatewayError } from "./gateway-response.ts"

/** The resource, or the method on it, is not there. [L] */
export const noMethod: GatewayError = {
  type: "MISSING_AUTHENTICATION_TOKEN",
  status: 403,
  message: "Missing Authentication Token",
  errorType: "MissingAuthenticationTokenException",
}

/** No token, not the right form of one, or an authorizer that says so. [D] */
export const unauthorized: GatewayError = {
  type: "UNAUTHORIZED",
  status: 401,
  message: "Unauthorized",
  errorType: "UnauthorizedException",
}

/** The authorizer failed, was late, or gave an answer that is none; the message is null. [L] */
export const authorizerFailed: GatewayError = {
  type: "AUTHORIZER_CONFIGURATION_ERROR",
  status: 500,
  message: null,
  errorType: "AuthorizerConfigurationException",
}

/** A policy said no, or none said yes. [D] */
export function accessDenied(explicit: boolean): GatewayError {
  const message = "User is not authorized to access this resource"
  return {
    type: "ACCESS_DENIED",
    status: 403,
    message: explicit ? `${message} with an explicit deny` : message,
    errorType: "AccessDeniedException",
  }
}

/** The integration failed or answered in another format. [D] [L] */
export const integrationFailed: GatewayError = {
  type: "DEFAULT_5XX",
  status: 502,
  message: "Internal server error",
  errorType: "InternalServerErrorException",
}

/** The integration took too long. [D] */
export const integrationLate: GatewayError = {
  type: "INTEGRATION_TIMEOUT",
  status: 504,
  message: "Endpoint request timed out",
  errorType: "InternalServerErrorException",
}
