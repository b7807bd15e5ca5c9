import { aside } from './aside'
import { answers } from './answers'
import { coverage } from './coverage'
import { day } from './day'
import { delineate } from './delineate'
import { domain } from './domain'
import { field } from './field'
import { imports } from './imports'
import { map } from './map'
import { fieldPackage } from './package'
import { pages } from './pages'
import { people } from './people'
import { shell } from './shell'
import { tablet } from './tablet'
import { tablets } from './tablets'
import { take } from './take'

export const zh = { ...shell, ...aside, ...domain, ...map, ...coverage, ...delineate, ...pages, ...imports, ...people, ...field, ...tablet, ...tablets, ...take, ...day, ...fieldPackage }
export const zh = { ...shell, ...answers, ...domain, ...map, ...coverage, ...delineate, ...pages, ...imports, ...people, ...field, ...tablet, ...tablets, ...take, ...day, ...fieldPackage }
