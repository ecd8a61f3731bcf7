"""Words of the taxonomy: the tree of interests, and finding its words in what people write."""
