"""How well the order serves judged people, beside other ways to search."""
