/** Name of the diagnostics channel on which each line goes that any function writes. */
export const lineChannel = "claimgate:function-line"
