"""Which editor keeps which listings: everything, or some districts and organisations that an administrator names."""
