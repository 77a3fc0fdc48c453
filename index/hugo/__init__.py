"""The rules of a Hugo site: which files are pages, whether they are published, and at which addresses."""
