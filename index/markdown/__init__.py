"""Visible text, sections and heading ids of Markdown and HTML bodies, as Hugo renders them."""
