import { ApiError } from '$shared/api'
import { t, type Key, type Params } from '$shared/i18n'

/** What the tablet itself refuses, in words for the person who holds it. */
export function said(key: Key, params?: Params): ApiError {
  return new ApiError({ status: 422, code: key, detail: t(key, params) })
}
