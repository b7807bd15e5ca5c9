// The file in which a tablet that no network reaches gives its unsent work away, and the one that is brought back; see
// web/outbox_file.go for their form.
export { framesOf, FrameReader } from './frames'
export { checkSealKey, readReceipts, writeOutbox, type BroughtReceipt, type OutboxChange, type OutboxWriter, type Receipts, type SealKey } from './outbox'
export { Scan } from './scan.svelte'
