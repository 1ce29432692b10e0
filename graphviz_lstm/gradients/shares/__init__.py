"""Which part of a gradient comes by which way: by route, by step of entry and exit, by unit."""
