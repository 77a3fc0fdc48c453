"""The on-disk format of a segment: arrays of postings, n-grams and records; how they are built and merged."""
