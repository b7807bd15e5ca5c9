import { may } from '$shared/domain'
import { t } from '$shared/i18n'
import { app } from '../shell/app.svelte'

/** Why the one who is signed in changes no boundary; empty where he may. */
export function whyNotEdit(): string {
  return may.editBuildings(app.role) ? '' : t('not_allowed', { role: t(`role.${app.role}`) })
}
