"""Immutable generations of an index: locking, verifying, publishing, rolling back."""
