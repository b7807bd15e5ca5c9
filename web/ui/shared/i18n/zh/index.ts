import { coverage } from './coverage'
import { day } from './day'
import { domain } from './domain'
import { field } from './field'
import { imports } from './imports'
import { map } from './map'
import { fieldPackage } from './package'
import { pages } from './pages'
import { people } from './people'
import { shell } from './shell'
import { tablet } from './tablet'
import { take } from './take'

export const zh = { ...shell, ...domain, ...map, ...coverage, ...pages, ...imports, ...people, ...field, ...tablet, ...take, ...day, ...fieldPackage }
