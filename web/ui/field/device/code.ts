/** The enrolment code in what was scanned or typed: the code itself, or the address that opens this page with it. */
export function codeIn(text: string): string {
  const [, inAddress] = /#enrol=([^&\s]+)/.exec(text) ?? []
  return (inAddress ? decodeURIComponent(inAddress) : text).trim().toUpperCase()
}

/** Whether a scanned text is an enrolment of this server, and not something else that hangs on the wall. */
export function isEnrolment(text: string): boolean {
  return /#enrol=\d{6}-?[0-9A-Z]{10}$/i.test(text) || /^\d{6}-?[0-9A-Z]{10}$/i.test(text.trim())
}
