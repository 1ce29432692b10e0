"""The doors: each parses what it is asked, calls the rooms, and shows what they say."""
