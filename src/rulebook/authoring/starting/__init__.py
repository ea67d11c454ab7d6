"""Starting: a project of one's own, a pair of one's own in it, a shipped pair in it.

Everything is made and built in a temporary folder first, and moved to its place when it is whole.
"""
