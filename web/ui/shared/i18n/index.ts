// What people read. Chinese is the source; English is typed by it, so the compiler finds a missing string.
export { en } from './en'
export { isLanguage, language, setLanguage, t, type Key, type Language, type Params } from './language.svelte'
export { zh } from './zh'
