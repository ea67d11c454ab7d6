"""Publish the documents under stable names, each with a role that may do exactly what its script calls."""
