/** Gives a person a file, as a download. */
export function give(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  link.download = name
  link.click()
  // The browser takes the file from the address after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
