/** A column of a table. */
export interface Column<T> {
  key: string
  title: string
  /** Numbers stand to the right. */
  right?: boolean
  /** Sorts by this; without it the column does not sort. */
  by?: (row: T) => number | string | null
  width?: string
}
