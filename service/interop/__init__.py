"""Our things in other systems' words. It translates and nothing else: no routes, no tables, no writes."""
