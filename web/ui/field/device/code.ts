/** The enrolment code in what was scanned or typed: the code itself, or the address that opens this page with it. */
export function codeIn(text: string): string {
  const [, inAddress] = /#enrol=([^&\s]+)/.exec(text) ?? []
  return (inAddress ? decodeURIComponent(inAddress) : text).trim().toUpperCase()
}

/** The key of the server that gave the code out, in base64, if it was scanned or followed with it; empty where it was typed. */
export function serverIn(text: string): string {
  const [, key] = /#enrol=[^&\s]+&server=([^&\s]+)/.exec(text) ?? []
  return key ? decodeURIComponent(key) : ''
}

/** Whether a scanned text is an enrolment of this server, and not something else that hangs on the wall. */
export function isEnrolment(text: string): boolean {
  return /#enrol=\d{6}-?[0-9A-Z]{10}(&|$)/i.test(text) || /^\d{6}-?[0-9A-Z]{10}$/i.test(text.trim())
}
