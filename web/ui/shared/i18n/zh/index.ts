import { coverage } from './coverage'
import { domain } from './domain'
import { field } from './field'
import { map } from './map'
import { pages } from './pages'
import { shell } from './shell'

export const zh = { ...shell, ...domain, ...map, ...coverage, ...pages, ...field }
