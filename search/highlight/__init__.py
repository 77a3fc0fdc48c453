"""Highlighting: snippets, the ranges to mark in them, and text fragments."""
