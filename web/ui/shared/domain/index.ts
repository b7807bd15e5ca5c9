// The words, codes, measures and formats of the census, free of the page that shows them.
export * from './code'
export * from './coverage'
export * from './dwelling'
export * from './enums'
export * as format from './format'
export * from './pattern'
export * from './state'
