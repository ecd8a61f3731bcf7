"""Measures taken with somebody who is helped, or by themselves: asked, scored here, kept with a yes, shown as history.

They say what support to offer first. They never rank, filter or gate anything, and no group is shown them.
"""
