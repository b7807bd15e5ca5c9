import type { zh } from '../zh'
import { coverage } from './coverage'
import { domain } from './domain'
import { field } from './field'
import { imports } from './imports'
import { map } from './map'
import { fieldPackage } from './package'
import { pages } from './pages'
import { people } from './people'
import { shell } from './shell'
import { tablet } from './tablet'

export const en: Record<keyof typeof zh, string> = { ...shell, ...domain, ...map, ...coverage, ...pages, ...imports, ...people, ...field, ...tablet, ...fieldPackage }
