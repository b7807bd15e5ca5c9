// The server as the pages know it: `api` for its routes, ApiError for its refusals, Live for what it tells by itself.
import { language, t } from '../i18n'
import { Client } from './client'
import { routes } from './routes'

export { Client, pathOf, type Query } from './client'
export { ApiError } from './error'
export { Live } from './live'
export { upload } from './upload'
export * from './types'

let whenSignedOut = () => {}

/** What happens when the server no longer knows the session. */
export function onSignedOut(then: () => void): void {
  whenSignedOut = then
}

export const api = routes(
  new Client({
    fetch: (...of) => fetch(...of),
    language,
    offlineText: () => t('error_offline'),
    signedOut: () => whenSignedOut(),
  }),
)
