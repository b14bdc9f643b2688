/** Every exception name that the pool answers with; the names are Amazon Cognito's own. */
export type FailureCode =
  | "AliasExistsException"
  | "CodeMismatchException"
  | "ExpiredCodeException"
  | "GroupExistsException"
  | "IncompleteSignatureException"
  | "InternalErrorException"
  | "InvalidLambdaResponseException"
  | "InvalidParameterException"
  | "InvalidPasswordException"
  | "MissingAuthenticationTokenException"
  | "NotAuthorizedException"
  | "PasswordResetRequiredException"
  | "RefreshTokenReuseException"
  | "RequestEntityTooLargeException"
  | "ResourceNotFoundException"
  | "SerializationException"
  | "UnauthorizedException"
  | "UnexpectedLambdaException"
  | "UnknownOperationException"
  | "UnsupportedTokenTypeException"
  | "UserLambdaValidationException"
  | "UsernameExistsException"
  | "UserNotConfirmedException"
  | "UserNotFoundException"

/**
 * A refusal as a caller of the pool sees it. The message goes to the caller
 * as it is, in Cognito's own wording and capitals (SDK users compare these
 * strings), so it never holds a password, a code, a token or a stack.
 */
export class CognitoFailure extends Error {
  override readonly name = "CognitoFailure"
  readonly code: FailureCode

  constructor(code: FailureCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Creates a refusal that is thrown from several places in the same words. */
export const failures = {
  accessTokenInvalid: () => notAuthorized("Invalid Access Token"),
  badCredentials: () => notAuthorized("Incorrect username or password."),
  disabled: () => notAuthorized("User is disabled."),
  invalidParameter: (message: string) => new CognitoFailure("InvalidParameterException", message),
  missingParameter: (name: string) =>
    new CognitoFailure("InvalidParameterException", `Missing required parameter ${name}`),
  notAuthorized,
  refreshTokenInvalid: () => notAuthorized("Invalid Refresh Token"),
  userNotFound: () => new CognitoFailure("UserNotFoundException", "User does not exist."),
}

function notAuthorized(message: string): CognitoFailure {
  return new CognitoFailure("NotAuthorizedException", message)
}
