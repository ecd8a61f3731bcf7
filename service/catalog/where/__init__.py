"""Where things are: countries, their places and postcodes, positions and kilometres."""
