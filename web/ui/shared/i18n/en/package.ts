import type { fieldPackage as source } from '../zh/package'

export const fieldPackage: Record<keyof typeof source, string> = {
  package_malformed: 'The package’s {part} cannot be read; download it again',
  package_unsigned: 'The package’s {part} bears a wrong signature. Do not use it, and tell your supervisor',
  package_stranger: 'The package’s {part} was not made by the server this tablet is enrolled with; tell your supervisor',
  package_truncated: 'The package’s {part} is not complete; go on downloading',
  package_altered: 'The package’s {part} is damaged; download it again',
  'package_part.delta': 'update',
  'package_part.imagery': 'imagery',
  'package_part.manifest': 'manifest',
  'package_part.roster': 'roster',
  'package_part.rules': 'rules',
  'package_part.status': 'status',
  'package_part.style': 'map style',
  'package_part.tiles': 'map',
}
