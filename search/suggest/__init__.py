"""Suggestions: corrected queries and completions."""
