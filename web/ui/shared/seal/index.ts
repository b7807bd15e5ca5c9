// Sealing what listing notes about people. There is no opening here: the tablet has no key for it.
export { sealContact, type Bound, type Contact, type ContactKey, type SealedContact } from './seal'
