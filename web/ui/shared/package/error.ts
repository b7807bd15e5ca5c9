/** What is wrong with a package. Each is a string of the dictionaries, package_{reason}, in which {part} is named. */
export type Reason =
  | 'malformed' // it is not what it should be at all
  | 'unsigned' // the key that was pinned did not sign it
  | 'stranger' // another server than the pinned one made it
  | 'truncated' // bytes are missing
  | 'altered' // bytes are not as the manifest says

/** A package, or a part of it, that must not be used. */
export class PackageError extends Error {
  readonly reason: Reason
  readonly part: string

  constructor(reason: Reason, part: string, options?: ErrorOptions) {
    super(`${part}: ${reason}`, options)
    this.name = 'PackageError'
    this.reason = reason
    this.part = part
  }
}
