"""The seam between queries and engines: what every engine must answer, as records and protocols."""
