"""The audit behind `zhsearch check`: our list of pages compared with the list that Hugo publishes."""
