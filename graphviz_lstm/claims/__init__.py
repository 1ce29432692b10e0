"""The question: its own equations, judged. The one room that speaks of one cell."""
