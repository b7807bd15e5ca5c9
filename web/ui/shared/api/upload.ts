import { t } from '../i18n'
import { ApiError } from './error'
import type { Import, Problem } from './types'

/**
 * Sends a file to be taken in and tells which share of it has gone. fetch cannot tell that, so this is the one request that
 * does not pass through the Client; refusals are ApiErrors all the same.
 */
export function upload(form: FormData, language: string, told: (share: number) => void): Promise<Import> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/imports')
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('accept-language', language)
    request.upload.onprogress = ({ loaded, total }) => told(total > 0 ? loaded / total : 0)
    request.onerror = () => reject(new ApiError({ status: 0, code: 'offline', detail: t('error_offline') }))
    request.onload = () => {
      const answer = read(request.responseText)
      if (request.status >= 200 && request.status < 300 && answer) resolve(answer as Import)
      else reject(new ApiError({ title: request.statusText, ...(answer as Problem | null), status: request.status }))
    }
    request.send(form)
  })
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
