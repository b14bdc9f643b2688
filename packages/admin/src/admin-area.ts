/** Where the admin API is: whoever reaches a route in there can be on the way to all the others. */

/** As a permission. The route table keeps its admin routes below it, and no others (a test of the backend looks). */
export const adminArea = "*:/api/admin/**"
