/** What a sweep has gathered of a large day so far: kept, so that the next sweep goes on from there. */
/** How far the facts of a day are gathered that are too many for one sweep. */
export interface Gathering {
  readonly version: number;
  /** By shard of the unposted index: the cursor to go on with; null: it was read to its end. */
  readonly places: readonly (string | null)[];
  /** Sorted runs of movements, each by the hashes of its chunks. */
  readonly runs: readonly { readonly chunks: readonly string[] }[];
  /** So many chunks of lines, from the first, are stored for sure. */
  readonly written: number;
}
