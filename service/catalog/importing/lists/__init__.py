"""Lists that editors send by a page: kept for a day, looked at, put right, taken in piece by piece."""
