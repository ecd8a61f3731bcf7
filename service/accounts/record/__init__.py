"""The record: what was done and looked at, by whom and why; its chain, and who may be told."""
