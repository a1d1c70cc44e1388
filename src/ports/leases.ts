// Rows in the store that say who does something for the time being. A lease only saves work: nothing
// goes wrong when two hold one, except for node ids, whose holder stops by itself when time is up. All
// who ask for one lease ask for the same `ttlMs`; one that ends later than 2 × `ttlMs` from now was taken
// by a clock that has been put back since, and has run out.

export interface Leases {
  // Takes the lease if it is free, run out, or already the holder's; false if it is another's.
  acquire(at: { name: string; holder: string; ttlMs: number }): Promise<boolean>
  release(at: { name: string; holder: string }): Promise<void>
  // A node id 0 … 1023 of which nobody had a lease for one `ttlMs`; undefined when all are taken.
  acquireNode(at: { holder: string; ttlMs: number }): Promise<NodeLease | undefined>
  // Undefined when the lease had run out: the node id is lost.
  renewNode(at: { nodeId: number; holder: string; ttlMs: number }): Promise<NodeLease | undefined>
  // How many node ids are held now, not those that rest: as many as there are gateways.
  countNodes(at: { ttlMs: number }): Promise<number>
}

export interface NodeLease {
  nodeId: number
  untilMs: number // by the store's clock
}
