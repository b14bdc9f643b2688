import * as admin from "./admin.ts"
import { adminRespondToAuthChallenge, respondToAuthChallenge } from "./auth-challenge.ts"
import { adminInitiateAuth, getTokensFromRefreshToken, initiateAuth } from "./auth-flow.ts"
import * as describe from "./describe.ts"
import { confirmForgotPassword, forgotPassword } from "./forgot-password.ts"
import * as group from "./group.ts"
import { listUsers } from "./list-users.ts"
import type { Operation } from "./operation.ts"
import * as profile from "./profile.ts"
import { confirmSignUp, resendConfirmationCode, signUp } from "./sign-up.ts"

/** Every operation of the API that the local pool has, by its name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    AdminAddUserToGroup: group.adminAddUserToGroup,
    AdminConfirmSignUp: admin.adminConfirmSignUp,
    AdminCreateUser: admin.adminCreateUser,
    AdminDeleteUser: admin.adminDeleteUser,
    AdminDeleteUserAttributes: admin.adminDeleteUserAttributes,
    AdminDisableUser: admin.adminDisableUser,
    AdminEnableUser: admin.adminEnableUser,
    AdminGetUser: admin.adminGetUser,
    AdminInitiateAuth: adminInitiateAuth,
    AdminListGroupsForUser: group.adminListGroupsForUser,
    AdminRemoveUserFromGroup: group.adminRemoveUserFromGroup,
    AdminResetUserPassword: admin.adminResetUserPassword,
    AdminRespondToAuthChallenge: adminRespondToAuthChallenge,
    AdminSetUserPassword: admin.adminSetUserPassword,
    AdminUpdateUserAttributes: admin.adminUpdateUserAttributes,
    AdminUserGlobalSignOut: admin.adminUserGlobalSignOut,
    ChangePassword: profile.changePassword,
    ConfirmForgotPassword: confirmForgotPassword,
    ConfirmSignUp: confirmSignUp,
    CreateGroup: group.createGroup,
    DeleteGroup: group.deleteGroup,
    DeleteUser: profile.deleteUser,
    DescribeUserPool: describe.describeUserPool,
    DescribeUserPoolClient: describe.describeUserPoolClient,
    ForgotPassword: forgotPassword,
    GetGroup: group.getGroup,
    GetTokensFromRefreshToken: getTokensFromRefreshToken,
    GetUser: profile.getUser,
    GetUserAttributeVerificationCode: profile.getUserAttributeVerificationCode,
    GlobalSignOut: profile.globalSignOut,
    InitiateAuth: initiateAuth,
    ListGroups: group.listGroups,
    ListUserPoolClients: describe.listUserPoolClients,
    ListUserPools: describe.listUserPools,
    ListUsers: listUsers,
    ListUsersInGroup: group.listUsersInGroup,
    ResendConfirmationCode: resendConfirmationCode,
    RespondToAuthChallenge: respondToAuthChallenge,
    RevokeToken: profile.revokeToken,
    SignUp: signUp,
    UpdateUserAttributes: profile.updateUserAttributes,
    VerifyUserAttribute: profile.verifyUserAttribute,
  }),
)
